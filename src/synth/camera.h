// What the light and the sensor add to a picture.
#pragma once

#include <opencv2/core/matx.hpp>
#include <span>

#include "synth/neutral_face.h"
#include "synth/timeline.h"

namespace mestr::internal::synth {

// Mains light flickers at twice the mains' frequency; sampled at the camera's rate that gives the
// beat seen in videos. Daylight changes slowly. Half of the amplitude is for each.
class Flicker {
 public:
  Flicker(Random random, double amplitude);
  double GainAt(double time_s) const;

 private:
  SlowWave daylight_;
  double amplitude_;
  double light_hz_;
  double phase_turns_;
};

// The row as 8-bit BGR: times `gain`, plus normal noise of `noise_sigma` gray levels, rounded. The
// three channels of a pixel get one noise value, so that the gray image has that sigma. `seed` is
// the row's own.
void ExposeRow(std::span<const Canvas::Pixel> row, float gain, float noise_sigma,
               std::uint64_t seed, cv::Vec3b* out_bgr);

}  // namespace mestr::internal::synth
