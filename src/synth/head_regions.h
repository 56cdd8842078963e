// Where hair, brows, beard and the like grow, by places on the base mesh (model units).
#pragma once

#include "synth/person_look.h"

namespace mestr::internal::synth {

// Positive where the scalp has hair, negative in front of the hair line: about model units.
float HairDepth(const cv::Vec3f& rest, float ears, const HairLook& look);

// 0 to 1: how thick the brow is there; with the place along it (0 at the nose) and across (-1, 1).
struct BrowPlace {
  float density = 0;
  float along = 0;
  float across = 0;
};
BrowPlace BrowAt(const cv::Vec3f& rest, const BrowLook& look);

// 0 to 1.
float BeardAt(const cv::Vec3f& rest);
float MoustacheAt(const cv::Vec3f& rest);

// exp(-d^2 / 2) of the distance to `centre` in units of `sigma`; x without its sign.
float Spot(const cv::Vec3f& rest, const cv::Vec3f& centre, float sigma);

// 0 below `low`, 1 above `high`, smooth in between.
float Ramp(float x, float low, float high);

}  // namespace mestr::internal::synth
