// Scalable interval selection of BoostingVRME.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spot/index_interval.h"

namespace mestr::internal {

// Around each of `peaks` (of the smoothed scores, ascending) the raw `scores` say where a
// micro-expression begins and ends: within k_p indices where they rise towards the peak, further
// out, to 5 k_p, up to where two in a row lie below their mean. The interval's peak is its first
// largest score. Of intervals that overlap, or whose peaks are within k_p, the earliest stays. In
// order of their onsets, all within the scores.
std::vector<IndexInterval> ScalableIntervals(std::span<const float> scores,
                                             std::span<const std::int64_t> peaks, int k_p_frames);

}  // namespace mestr::internal
