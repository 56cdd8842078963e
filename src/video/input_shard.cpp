#include "video/input_shard.h"

#include <algorithm>
#include <optional>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// Empty where it is not announced, or fails to open: that is told when its turn comes.
std::optional<std::int64_t> AnnouncedFramesOf(const VideoInput& input) {
  try {
    return OpenInput(input)->info().announced_frames;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

ShardRange RangeOf(const Shard& shard, const std::vector<VideoInput>& videos) {
  return RangeOf(shard, FrameCountsOf(videos));
}

std::vector<std::int64_t> FrameCountsOf(const std::vector<VideoInput>& videos) {
  std::vector<std::optional<std::int64_t>> announced;
  std::int64_t sum = 0;
  std::int64_t known = 0;
  for (const VideoInput& video : videos) {
    announced.push_back(AnnouncedFramesOf(video));
    if (announced.back().value_or(0) < 1) announced.back().reset();
    sum += announced.back().value_or(0);
    known += announced.back() ? 1 : 0;
  }
  const std::int64_t usual = known == 0 ? 1 : std::max<std::int64_t>(1, sum / known);
  std::vector<std::int64_t> frames;
  for (const auto& count : announced) frames.push_back(count.value_or(usual));
  return frames;
}

}  // namespace mestr::internal
