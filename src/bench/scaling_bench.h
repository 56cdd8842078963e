// mestr run on more processors, on many videos and on longer clips.
#pragma once

#include <filesystem>
#include <vector>

#include "bench/bench.h"
#include "bench/clips.h"

namespace mestr::internal {

// 1, 2, 4, ... and all processors, on one clip.
std::vector<ScalingTiming> TimeProcessors(const BenchOptions& options, const BenchClip& clip,
                                          const std::filesystem::path& scratch,
                                          const BenchProgress& progress);

// The same on many short synthetic clips at once, folders of JPEG frames.
std::vector<ScalingTiming> TimeManyVideos(const BenchOptions& options,
                                          const std::filesystem::path& scratch,
                                          const BenchProgress& progress);

// All processors, on synthetic clips of each length, once.
std::vector<ScalingTiming> TimeLengths(const BenchOptions& options,
                                       const std::filesystem::path& scratch,
                                       const BenchProgress& progress);

}  // namespace mestr::internal
