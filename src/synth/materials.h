// Which parts of a portrait are skin and which are hair, so that subjects can differ in both.
#pragma once

#include "synth/geometry.h"

namespace mestr::internal::synth {

// By place (landmarks) and by colour compared with the cheeks'. Weights in [0, 1] over the
// portrait; eyes and teeth are skin in small part. Told for light skin in front of a plain wall, as
// in the portrait built in; on others it errs towards 0, which leaves the picture as it is.
class MaterialMap {
 public:
  explicit MaterialMap(const Portrait& portrait);

  struct Weights {
    double skin = 0;
    double hair = 0;
  };
  // Bilinear; 0 outside of the portrait.
  Weights At(Point2d portrait_px) const;

 private:
  cv::Size size_;
  std::vector<cv::Point2f> weights_;  // skin, hair
};

}  // namespace mestr::internal::synth
