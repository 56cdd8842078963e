// Intervals of networks whose every index names its onset and offset.
#pragma once

#include <span>
#include <vector>

#include "spot/index_interval.h"

namespace mestr::internal {

// Each index with a score of at least `least` has the interval that its `bounds` name (indices back
// to the onset and on to the offset, two a score), rounded, clipped to the scores, with itself
// inside. The best first (of equal ones the earlier), those are kept that overlap no kept one by
// more than a fifth of both together. In order of their peaks.
std::vector<IndexInterval> BoundIntervals(std::span<const float> scores,
                                          std::span<const float> bounds, double least);

}  // namespace mestr::internal
