// When things happen in a clip.
#pragma once

#include <vector>

#include "synth/portable_math.h"
#include "synth/synth.h"

namespace mestr::internal::synth {

std::int64_t FrameCount(const SynthClipOptions& options);
// Micro-expressions that fit in the clip even where all are as long as they can be.
std::int64_t MostExpressions(const SynthClipOptions& options);

struct PlannedExpression {
  MicroExpression truth;  // apex_displacement_px is filled in by the renderer
  double intensity_crop_px = 0;
  std::int64_t hold_end = 0;  // last frame of full displacement, >= apex

  // 0 at onset, 1 from apex to hold_end, 0 at offset, smooth.
  double Activation(std::int64_t index) const;
};

// `options` are checked; a Poisson number that does not fit is cut.
std::vector<PlannedExpression> PlanExpressions(const SynthClipOptions& options, Random& random);

struct PlannedBlink {
  double start_s = 0;
  double length_s = 0;
  double depth = 1;  // part of the opening that the lid covers

  double Closure(double time_s) const;
};

std::vector<PlannedBlink> PlanBlinks(const SynthClipOptions& options, double seconds,
                                     Random& random);

// The irises rest, then jump.
struct GazeShift {
  double start_s = 0;
  cv::Point2d target;  // in units of the largest shift
};

std::vector<GazeShift> PlanGaze(const SynthClipOptions& options, double seconds, Random& random);
cv::Point2d GazeAt(const std::vector<GazeShift>& shifts, double time_s);

// A sum of slow sinusoids, within [-1, 1].
class SlowWave {
 public:
  explicit SlowWave(Random& random);
  double At(double time_s) const;

 private:
  static constexpr int kParts = 3;
  std::array<double, kParts> frequency_hz_;
  std::array<double, kParts> phase_turns_;
  std::array<double, kParts> weight_;
};

}  // namespace mestr::internal::synth
