// A clip of one synthetic person before a webcam, with all that is known about it. Start here;
// synth_set.h writes whole sets of clips.
//
// What the person does (performance.h) is drawn frame by frame (person_renderer.h) and goes through
// a camera (webcam.h). All of it is a function of the options, whatever the number of threads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synth/performance.h"
#include "synth/person_renderer.h"
#include "synth/webcam.h"

namespace mestr::internal::synth {

struct ClipOptions {
  std::uint64_t seed = 1;  // of everything but the person's looks and habits
  int person = 1;          // 1..9999
  double seconds = 10;     // 0.1..3600; the frame count is rounded, and at least 2
  double fps = 30;         // 10..1000
  int width_px = 640;      // 160..3840, even
  int height_px = 480;     // 120..2160, even

  // Micro-expressions: largest shift of the skin at the apex, px at a face width of 200, drawn
  // evenly from this range, 0.1..10: below 1 camera noise hides it, above 4 everybody sees it.
  double intensity_min_px200 = 1;
  double intensity_max_px200 = 4;
  ExpressionLength length = {0.36, 0.09, 0.17, 0.5};
  std::optional<int> expressions;      // this many, 0 or more
  double expressions_per_minute = 12;  // or a Poisson number at this rate, 0..60: many more
                                       // than real ones, so that short clips have some
  double gap_s = 0.5;                  // 0..10, no expression before, between or after
  std::array<double, kSynthEmotionCount> class_weights = {1, 1, 1};  // relative frequencies

  // One of these is drawn for the clip; one that is there twice, twice as often.
  std::vector<Context> contexts = {Context::kFrozen,   Context::kStill,    Context::kStill,
                                   Context::kStill,    Context::kCalm,     Context::kCalm,
                                   Context::kCalm,     Context::kSpeaking, Context::kSpeaking,
                                   Context::kSpeaking, Context::kLively,   Context::kLively};
  std::optional<double> blinks_per_minute;  // 0..60; else the person's own
  std::optional<double> noise_gray;         // 0..50, sigma of the camera's noise; else drawn

  std::int64_t FrameCount() const;
  // Throws Error{kConfig} naming field, value and limit.
  void Check() const;
};

// What goes on in a frame, in px at a face width of 200 where a length.
struct FrameTruth {
  double micro = 0;  // part of a micro-expression's full shift
  double blink = 0;  // how far a blink has come, of its own depth
  bool speech = false;
  bool macro = false;
  double head_px200 = 0;  // motion since the frame before: of the middle of the face by the head's
  double face_px200 = 0;  // motion, and of the skin by all units where it moves most
};

class Clip {
 public:
  // Throws Error{kConfig} for bad options.
  explicit Clip(const ClipOptions& options);

  std::int64_t frame_count() const { return frames_; }
  Context context() const { return context_; }
  double face_px() const { return face_px_; }  // width of the neutral face in the picture
  const Webcam& webcam() const { return webcam_; }
  const std::vector<FaceEvent>& events() const { return performance_.events(); }

  // Of frame `index` in [0, frame_count()): what the person does, whatever the camera dropped.
  FaceState StateAt(std::int64_t index) const { return performance_.StateAt(index); }
  std::array<cv::Point2d, 68> LandmarksAt(std::int64_t index) const;  // LandmarkPoints
  FrameTruth TruthAt(std::int64_t index) const;
  // PersonRenderer::Flow between what two frames show.
  cv::Mat Flow(std::int64_t from, std::int64_t to) const;

  // The next frame as the camera gives it, 8-bit BGR, from frame 0 on.
  cv::Mat NextFrame();

 private:
  std::int64_t frames_;
  Context context_;
  double face_px_;
  double fps_;
  PersonRenderer renderer_;
  UnitScale scale_;
  Performance performance_;
  Webcam webcam_;
  std::int64_t next_ = 0;
};

}  // namespace mestr::internal::synth
