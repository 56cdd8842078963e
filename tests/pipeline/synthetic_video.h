// Small videos of synthetic faces for the tests of the pipeline.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/video/frame_source.h"
#include "synth/synth.h"

namespace mestr::testing {
using internal::SynthClipOptions;

inline constexpr double kClipFps = 30;

// 320 x 240, 30 fps, one micro-expression where there is room.
SynthClipOptions SmallClip(int frames, std::uint64_t seed = 1);

// The same with an expression that nobody overlooks: as large as they come, in a head that keeps
// still.
SynthClipOptions ClearClip(int frames);

// Writes the clip's frames as <folder>/img<n>.png, n from 1, without padding. Gives the folder.
std::filesystem::path WriteFrameFolder(const std::filesystem::path& folder,
                                       const SynthClipOptions& clip);

// Renders a clip without files.
class SyntheticSource : public FrameSource {
 public:
  explicit SyntheticSource(const SynthClipOptions& clip, int empty_frames_first = 0);
  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override;

 private:
  internal::ClipRenderer renderer_;
  VideoInfo info_;
  int empty_frames_first_;
  std::int64_t next_ = 0;
};

}  // namespace mestr::testing
