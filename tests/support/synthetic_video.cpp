#include "support/synthetic_video.h"

#include <map>
#include <mutex>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "synth/clip.h"

namespace mestr::testing {
using internal::synth::Clip;
using internal::synth::ClipOptions;
using internal::synth::Context;
using internal::synth::EventKind;
using internal::synth::FaceEvent;
namespace fs = std::filesystem;

// As far as somebody asked.
class SyntheticVideo::Rendered {
 public:
  explicit Rendered(const ClipOptions& options) : clip_(options) {}

  cv::Mat FrameAt(std::int64_t index) {
    const std::lock_guard lock(mutex_);
    while (std::ssize(frames_) <= index) frames_.push_back(clip_.NextFrame());
    return frames_[static_cast<std::size_t>(index)].clone();
  }
  const std::vector<FaceEvent>& events() const { return clip_.events(); }

 private:
  std::mutex mutex_;
  Clip clip_;
  std::vector<cv::Mat> frames_;
};

namespace {

ClipOptions Small(Context context, int frames) {
  ClipOptions options;
  options.contexts = {context};
  options.fps = kClipFps;
  options.seconds = frames / kClipFps;
  options.width_px = 320;
  options.height_px = 240;
  options.gap_s = 0.1;
  options.noise_gray = 2;
  return options;
}

}  // namespace

SyntheticVideo::SyntheticVideo(std::shared_ptr<Rendered> rendered, std::int64_t frames)
    : rendered_(std::move(rendered)), frames_(frames) {}

cv::Mat SyntheticVideo::FrameAt(std::int64_t index) const {
  if (index < 0 || index >= frames_) throw std::out_of_range("no such frame");
  return rendered_->FrameAt(index);
}

Interval SyntheticVideo::Expression() const {
  for (const FaceEvent& event : rendered_->events()) {
    if (event.kind == EventKind::kMicro) return event.frames;
  }
  throw std::logic_error("the clip has no micro-expression");
}

SyntheticVideo SmallClip(int frames, int person) {
  constexpr int kMostFrames = 300;
  if (frames > kMostFrames) throw std::out_of_range("more frames than the clip has");
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<SyntheticVideo::Rendered>> rendered;
  const std::lock_guard lock(mutex);
  auto& of_person = rendered[person];
  if (!of_person) {
    ClipOptions options = Small(Context::kStill, kMostFrames);
    options.person = person;
    options.seed = static_cast<std::uint64_t>(person);
    of_person = std::make_shared<SyntheticVideo::Rendered>(options);
  }
  return {of_person, frames};
}

SyntheticVideo ClearClip() {
  constexpr int kFrames = 60;
  static const auto rendered = [] {
    ClipOptions options = Small(Context::kFrozen, kFrames);
    options.expressions = 1;
    options.intensity_min_px200 = options.intensity_max_px200 = 8;
    return std::make_shared<SyntheticVideo::Rendered>(options);
  }();
  return {rendered, kFrames};
}

fs::path WriteFrameFolder(const fs::path& folder, const SyntheticVideo& video) {
  fs::create_directories(folder);
  for (std::int64_t i = 0; i < video.frames(); ++i) {
    const fs::path file = folder / ("img" + std::to_string(i + 1) + ".png");
    if (!cv::imwrite(file.string(), video.FrameAt(i))) {
      throw std::runtime_error("cannot write " + file.string());
    }
  }
  return folder;
}

SyntheticSource::SyntheticSource(SyntheticVideo video, int empty_frames_first)
    : video_(std::move(video)), empty_frames_first_(empty_frames_first) {
  info_.width = 320;
  info_.height = 240;
  info_.fps = kClipFps;
  info_.announced_frames = video_.frames() + empty_frames_first;
}

bool SyntheticSource::Next(Frame& frame) {
  if (next_ == *info_.announced_frames) return false;
  const std::int64_t in_video = next_ - empty_frames_first_;
  frame.image_bgr = in_video >= 0
                        ? video_.FrameAt(in_video)
                        : cv::Mat(info_.height, info_.width, CV_8UC3, cv::Scalar::all(80));
  frame.index = next_++;
  frame.time_s = static_cast<double>(frame.index) / *info_.fps;
  return true;
}

}  // namespace mestr::testing
