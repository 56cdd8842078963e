// The intervals of BoostingVRME for SAMM's test set.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spot/index_interval.h"

namespace mestr::internal {

// Around each of `peaks` of the `smoothed` scores: out to where two in a row lie below 0.2, within
// k_p indices, else below 0.8, within 2 k_p; else 2 k_p away. The interval's peak is its first
// largest smoothed score. All within the scores, in the order of `peaks`; they may overlap.
std::vector<IndexInterval> SammIntervals(std::span<const double> smoothed,
                                         std::span<const std::int64_t> peaks, int k_p_frames);

}  // namespace mestr::internal
