// The inputs that are a shard's.
#pragma once

#include <cstdint>
#include <vector>

#include "core/shard.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

// Which of `videos` are the shard's.
ShardRange RangeOf(const Shard& shard, const std::vector<VideoInput>& videos);

// As files and folders announce them, without decoding; where one does not, the mean of the others
// (1 without any).
std::vector<std::int64_t> FrameCountsOf(const std::vector<VideoInput>& videos);

}  // namespace mestr::internal
