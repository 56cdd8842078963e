// Face videos with known micro-expressions, made from one portrait. Start here; synth_set.h writes
// whole sets of clips.
//
// A clip's neutral face is the portrait, placed in the frame and given a subject's looks. Every
// frame is that face warped by smooth displacement fields (sums of Gaussians around landmarks) and
// head motion, plus flicker and sensor noise. All of it is a function of the options and the
// frame's index: the same on every machine with the same JPEG library, in any order, on any thread.
//
// Units: a crop px is 1/128 of the face box's width, the size at which mestr looks at faces;
// intensities and drifts in it don't depend on the size of the video.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "mestr/core/interval.h"
#include "synth/micro_expressions.h"

namespace mestr::internal {

// One face, frontal, eyes open. Coordinates are px of `image_bgr`, pixel centres at whole numbers.
struct Portrait {
  static constexpr int kLandmarkCount = 68;  // in the order of iBUG 300-W, as dlib gives them

  struct Eyelids {
    // The border of the eye's opening from its left to its right corner (as the picture shows it),
    // at least three points each.
    std::vector<cv::Point2d> upper_px;
    std::vector<cv::Point2d> lower_px;
  };

  cv::Mat image_bgr;  // 8 bit, 3 channels
  std::array<cv::Point2d, kLandmarkCount> landmarks_px;
  std::array<Eyelids, 2> eyelids;  // left and right in the picture
};

// The portrait built into the library (models/portraits/README.md: origin and licence).
Portrait DefaultPortrait();

// An image and, beside it, its landmarks in a file of the same name that ends in .json:
// {"landmarks_px": [[x, y], 68 of them], "eyelids_px": [{"upper": [[x, y], ...], "lower": [...]},
// twice]}; without "eyelids_px" landmarks 36..47 stand in. Throws Error{kInput} naming the file:
// missing, not an image, not such a JSON, landmarks outside of the image or not those of an upright
// face.
Portrait LoadPortrait(const std::filesystem::path& image);

struct SynthClipOptions {
  std::uint64_t seed = 1;  // of everything but the subject's looks
  int subject = 1;         // 1..999: looks, the same for every seed; 1 is the portrait as it is
  double seconds = 10;     // 0.1..3600; the frame count is rounded, and at least 2
  double fps = 30;         // 10..1000
  int width_px = 640;      // 160..3840: a webcam's default size
  int height_px = 480;     // 120..2160

  // Largest displacement of a landmark at the apex, drawn evenly from this range, 0.05..4 crop px:
  // below 0.8 camera noise hides it, above 2.5 it is no longer a micro-expression.
  double intensity_min_crop_px = 0.8;
  double intensity_max_crop_px = 2.5;
  std::optional<ExpressionLength> length;  // without: ExpressionLength::ForRate(fps)
  std::optional<int> expressions;          // this many, 0 or more
  double expressions_per_minute = 12;      // or a Poisson number at this rate, 0..60: many more
                                           // than real ones, so that short clips have some
  double gap_s = 0.5;                      // 0..10, no expression before, between or after
  std::array<double, kSynthEmotionCount> class_weights = {1, 1, 1};  // relative frequencies

  // Distractors; 0 turns each off.
  double noise_sigma = 2;         // 0..50 gray levels: a webcam in a lit room
  double flicker = 0.01;          // 0..0.5: amplitude of the light's change, as part of 1
  double drift_crop_px = 2;       // 0..10: largest shift of the head each way; it also turns by up
                                  // to 0.3 degrees and grows by up to 0.5 % for each crop px
  double blinks_per_minute = 15;  // 0..60
  double gaze_crop_px = 0.7;      // 0..2: largest shift of the irises

  // Throws Error{kConfig} naming field, value and limit.
  void Check() const;
};

struct MicroExpression {
  Interval frames;        // neutral at onset and at offset, displaced between them
  std::int64_t apex = 0;  // frame of full displacement, onset < apex < offset
  SynthEmotion emotion = SynthEmotion::kNegative;
  double apex_displacement_px = 0;  // frame px: the landmark that moves most, head motion left out
};

struct Blink {
  Interval frames;  // eyes are open before onset and after offset
};

// What is known about a clip before a frame is rendered.
struct SynthClip {
  std::int64_t frames = 0;
  double fps = 0;
  double crop_px = 0;                        // frame px of one crop px
  std::vector<MicroExpression> expressions;  // ascending, never overlapping
  std::vector<Blink> blinks;  // ascending, never overlapping; they may meet expressions
};

// Renders a clip's frames. Memory: a few times the frame plus 60 KB a micro-expression. The const
// members are thread-safe.
class ClipRenderer {
 public:
  // Throws Error{kConfig} for bad options.
  ClipRenderer(const Portrait& portrait, const SynthClipOptions& options);
  ~ClipRenderer();
  ClipRenderer(ClipRenderer&&) noexcept;
  ClipRenderer& operator=(ClipRenderer&&) noexcept;

  const SynthClip& truth() const;
  std::int64_t frame_count() const { return truth().frames; }

  // Frame `index`, 8-bit BGR, of the options' size. Throws Error{kInvalidArgument} outside
  // [0, frame_count()).
  cv::Mat Render(std::int64_t index) const;

  // Share of full displacement in frame `index`: 0 outside of micro-expressions and at their onset
  // and offset, 1 at an apex.
  double Activation(std::int64_t index) const;
  // Where the 68 points of the subject's face are in frame `index`, in px; blinks and gaze are left
  // out.
  std::array<cv::Point2d, Portrait::kLandmarkCount> Landmarks(std::int64_t index) const;
  // The head's similarity transform, frame from neutral face, 2x3, exact on the face and fading out
  // towards the picture's border.
  cv::Matx23d FrameFromNeutral(std::int64_t index) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace mestr::internal
