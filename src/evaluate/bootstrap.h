// Percentile bootstrap over videos.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "mestr/evaluate/evaluate.h"

namespace mestr::internal {

// What a video adds to the counts of its scope.
struct VideoCounts {
  SpottingCounts spotting;
  ConfusionMatrix confusion;
};

Headline HeadlineOf(const SpottingCounts& spotting, const RecognitionScore& recognition);

// A number in [0, n), each as likely, the same on any platform: the standard's own distributions
// differ from library to library, its 64-bit Mersenne twister does not. Draws are repeated while
// they lie in the last, incomplete run of n values.
std::uint64_t DrawBelow(std::mt19937_64& random, std::uint64_t n);

// Draws as many videos as there are, with replacement, `samples` times; the 2.5 % and 97.5 %
// quantiles of each headline. `videos` is not empty.
ConfidenceInterval Bootstrap(std::span<const VideoCounts* const> videos, std::size_t classes,
                             ClassAverage average, int samples, std::uint64_t seed);

}  // namespace mestr::internal
