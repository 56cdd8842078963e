#include "pipeline/synthetic_video.h"

#include <opencv2/imgcodecs.hpp>
#include <stdexcept>

namespace mestr::testing {
using internal::ClipRenderer;
using internal::DefaultPortrait;
namespace fs = std::filesystem;

SynthClipOptions SmallClip(int frames, std::uint64_t seed) {
  SynthClipOptions clip;
  clip.seed = seed;
  clip.seconds = frames / kClipFps;
  clip.fps = kClipFps;
  clip.width_px = 320;
  clip.height_px = 240;
  clip.gap_s = 0.1;
  clip.expressions = frames >= 40 ? 1 : 0;
  return clip;
}

SynthClipOptions ClearClip(int frames) {
  SynthClipOptions clip = SmallClip(frames);
  clip.intensity_min_crop_px = clip.intensity_max_crop_px = 2.5;
  clip.drift_crop_px = 0;
  clip.blinks_per_minute = 0;
  return clip;
}

fs::path WriteFrameFolder(const fs::path& folder, const SynthClipOptions& clip) {
  fs::create_directories(folder);
  const ClipRenderer renderer(DefaultPortrait(), clip);
  for (std::int64_t i = 0; i < renderer.frame_count(); ++i) {
    const fs::path file = folder / ("img" + std::to_string(i + 1) + ".png");
    if (!cv::imwrite(file.string(), renderer.Render(i))) {
      throw std::runtime_error("cannot write " + file.string());
    }
  }
  return folder;
}

SyntheticSource::SyntheticSource(const SynthClipOptions& clip, int empty_frames_first)
    : renderer_(DefaultPortrait(), clip), empty_frames_first_(empty_frames_first) {
  info_.width = clip.width_px;
  info_.height = clip.height_px;
  info_.fps = clip.fps;
  info_.announced_frames = renderer_.frame_count() + empty_frames_first;
}

bool SyntheticSource::Next(Frame& frame) {
  if (next_ == *info_.announced_frames) return false;
  const std::int64_t in_clip = next_ - empty_frames_first_;
  frame.image_bgr = in_clip >= 0 ? renderer_.Render(in_clip)
                                 : cv::Mat(info_.height, info_.width, CV_8UC3, cv::Scalar::all(80));
  frame.index = next_++;
  frame.time_s = static_cast<double>(frame.index) / *info_.fps;
  return true;
}

}  // namespace mestr::testing
