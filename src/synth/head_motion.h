// Slow movement of the head.
#pragma once

#include "synth/geometry.h"
#include "synth/timeline.h"

namespace mestr::internal::synth {

Point2d Apply(const cv::Matx23d& transform, Point2d p);
// Of a similarity transform.
cv::Matx23d InverseOf(const cv::Matx23d& transform);

class HeadMotion {
 public:
  // `drift_crop_px` as in SynthClipOptions; the head turns and grows about `center_px`.
  HeadMotion(Random random, Point2d center_px, double drift_crop_px, double crop_px);

  bool still() const { return shift_px_ == 0; }
  // Frame from neutral face.
  cv::Matx23d At(double time_s) const;

 private:
  SlowWave x_;
  SlowWave y_;
  SlowWave turn_;
  SlowWave growth_;
  Point2d center_px_;
  double shift_px_;
  double turn_turns_;
  double growth_part_;
};

// Part of the head's motion that reaches a point: all of it on face and hair, none far from them,
// where the room stands still.
double HeadWeight(const FaceAxes& axes, Point2d p);

}  // namespace mestr::internal::synth
