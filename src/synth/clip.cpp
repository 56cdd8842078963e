#include "synth/clip.h"

#include <algorithm>

namespace mestr::internal::synth {
namespace {

enum class Purpose : std::uint64_t { kContext = 101, kScene, kPerformance, kWebcam };

std::uint64_t SeedFor(const ClipOptions& options, Purpose purpose) {
  return MixSeed({options.seed, static_cast<std::uint64_t>(options.person),
                  static_cast<std::uint64_t>(purpose)});
}

const ClipOptions& Checked(const ClipOptions& options) {
  options.Check();
  return options;
}

Context DrawContext(const ClipOptions& options) {
  Random random(SeedFor(options, Purpose::kContext));
  return options.contexts[random.Index(static_cast<int>(options.contexts.size()))];
}

// As before a webcam: of 480 rows the face's width takes 120 to 260.
SceneOptions SceneOf(const ClipOptions& options) {
  Random random(SeedFor(options, Purpose::kScene));
  SceneOptions scene;
  scene.seed = SeedFor(options, Purpose::kScene);
  scene.width_px = options.width_px;
  scene.height_px = options.height_px;
  const double room = std::min<double>(options.height_px, 0.75 * options.width_px);
  scene.face_width = room * random.Uniform(0.25, 0.54) / options.height_px;
  return scene;
}

PerformanceOptions PerformanceOf(const ClipOptions& options, Context context) {
  return {.seed = SeedFor(options, Purpose::kPerformance),
          .person = options.person,
          .fps = options.fps,
          .frames = options.FrameCount(),
          .context = context,
          .intensity_min_px200 = options.intensity_min_px200,
          .intensity_max_px200 = options.intensity_max_px200,
          .length = options.length,
          .expressions = options.expressions,
          .expressions_per_minute = options.expressions_per_minute,
          .gap_s = options.gap_s,
          .class_weights = options.class_weights,
          .blinks_per_minute = options.blinks_per_minute};
}

// How far the middle of the face goes from one state to the other, px at a face width of 200,
// about: it is 0.95 face widths before the axis that the head turns about, and a little above its
// middle.
double HeadMotion_px200(const FaceState& from, const FaceState& to) {
  constexpr double kFaceWidth = 200;
  constexpr double kBefore = 0.95;
  constexpr double kAbove = 0.23;
  // To the person's left is to the right in the picture.
  const double right = to.shift[0] - from.shift[0] + kBefore * (to.yaw_rad - from.yaw_rad) +
                       kAbove * (to.roll_rad - from.roll_rad);
  const double down = to.shift[1] - from.shift[1] + kBefore * (to.pitch_rad - from.pitch_rad);
  return kFaceWidth * PortableHypot(right, down);
}

}  // namespace

Clip::Clip(const ClipOptions& options)
    : frames_(Checked(options).FrameCount()),
      context_(DrawContext(options)),
      face_px_(SceneOf(options).face_width * options.height_px),
      fps_(options.fps),
      renderer_(options.person, SceneOf(options)),
      scale_([this](const FaceState& state) { return renderer_.UnitMotion_px200(state); }),
      performance_(PerformanceOf(options, context_), scale_),
      webcam_({options.width_px, options.height_px}, options.fps, frames_, options.noise_gray,
              Random(SeedFor(options, Purpose::kWebcam))) {}

std::array<cv::Point2d, 68> Clip::LandmarksAt(std::int64_t index) const {
  return renderer_.LandmarkPoints(StateAt(index));
}

FrameTruth Clip::TruthAt(std::int64_t index) const {
  FrameTruth truth;
  for (const FaceEvent& event : events()) {
    if (index < event.frames.onset || index > event.frames.offset) continue;
    const double part = event.envelope.At(static_cast<double>(index) / fps_);
    if (event.kind == EventKind::kMicro) truth.micro = std::max(truth.micro, part);
    if (event.kind == EventKind::kBlink) truth.blink = std::max(truth.blink, part);
    if (event.kind == EventKind::kSpeech) truth.speech = true;
    if (event.kind == EventKind::kMacro) truth.macro = true;
  }
  if (index == 0) return truth;
  const FaceState before = StateAt(index - 1);
  FaceState now = StateAt(index);
  truth.head_px200 = HeadMotion_px200(before, now);
  for (std::size_t i = 0; i < kUnitCount; ++i) now.units[i] -= before.units[i];
  truth.face_px200 = renderer_.UnitMotion_px200(now);
  return truth;
}

cv::Mat Clip::Flow(std::int64_t from, std::int64_t to) const {
  return renderer_.Flow(StateAt(webcam_.ShownFrame(from)), StateAt(webcam_.ShownFrame(to)));
}

cv::Mat Clip::NextFrame() {
  cv::Mat picture = renderer_.Render(StateAt(webcam_.ShownFrame(next_++)));
  webcam_.Expose(picture);
  return picture;
}

}  // namespace mestr::internal::synth
