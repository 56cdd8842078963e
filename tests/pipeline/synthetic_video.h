// Small videos of synthetic faces for the tests of the pipeline.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/pipeline/run.h"
#include "mestr/synth/synth.h"
#include "mestr/video/frame_source.h"

namespace mestr::testing {

inline constexpr double kClipFps = 30;

// 320 x 240, 30 fps, one micro-expression where there is room.
SynthClipOptions SmallClip(int frames, std::uint64_t seed = 1);

// Writes the clip's frames as <folder>/img<n>.png, n from 1, without padding. Gives the folder.
std::filesystem::path WriteFrameFolder(const std::filesystem::path& folder,
                                       const SynthClipOptions& clip);

// Made-up weights, three classes, k = 3 at 30 fps.
std::filesystem::path TinyModel();

// One input, the tiny model, results in `output`.
RunOptions OptionsFor(const std::vector<std::filesystem::path>& inputs,
                      const std::filesystem::path& output);

// Renders a clip without files.
class SyntheticSource : public FrameSource {
 public:
  explicit SyntheticSource(const SynthClipOptions& clip, int empty_frames_first = 0);
  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override;

 private:
  ClipRenderer renderer_;
  VideoInfo info_;
  int empty_frames_first_;
  std::int64_t next_ = 0;
};

}  // namespace mestr::testing
