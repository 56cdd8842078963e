// The videos that the benchmark runs on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

struct BenchClip {
  std::string name;  // for people
  VideoInput input;
};

// The user's one video, or a synthetic motion-JPEG file for each frame rate, written to `folder`.
// Throws Error{kInput} when the input is no video or several.
std::vector<BenchClip> BenchClips(const BenchOptions& options, const std::filesystem::path& folder);

// One of `options.stage_clips`, of `options.stage_frames` frames.
BenchClip StageBenchClip(const BenchOptions& options, const StageClipOptions& clip,
                         const std::filesystem::path& folder);

// A folder of so many JPEG frames, all of them used ones.
BenchClip WindowBenchClip(const BenchOptions& options, const WindowClipOptions& clip, int frames,
                          const std::filesystem::path& folder);

// The frames of long synthetic clips without rendering them: a few, played forwards and backwards.
class LoopedFrames {
 public:
  static constexpr double kFps = 30;

  // Renders the frames into `folder`.
  LoopedFrames(std::uint64_t seed, const cv::Size& size_px, const std::filesystem::path& folder);

  // A folder of so many frames, made of links. The one before it is removed.
  BenchClip Clip(std::int64_t frames);

  // A folder of so many such folders.
  std::filesystem::path Clips(int count, std::int64_t frames) const;

 private:
  void Link(const std::filesystem::path& looped, std::int64_t frames) const;

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> frames_;
};

}  // namespace mestr::internal
