// Who a synthetic person is: drawn from the person's number alone.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/matx.hpp>
#include <vector>

#include "synth/people_model.h"

namespace mestr::internal::synth {

// Colours are linear light, blue, green, red, 0 to 1.
using Colour = cv::Vec3f;

// `a` at t = 0, `b` at t = 1.
inline Colour Mixed(const Colour& a, const Colour& b, float t) { return a + (b - a) * t; }

// Of a colour as pictures write it, 0 to 255 (red, green, blue).
Colour FromSrgb(double red, double green, double blue);

struct HairLook {
  Colour colour;
  float thickness = 0.1F;  // of the hair on the scalp, model units
  float recession = 0;     // of the hair line: negative is a fringe
  float temples = 0;       // how much farther it recedes there
  float sides = 0;         // how far down they grow; model units
  bool bald = false;
  float wave = 0;  // of the strands
  bool is_long = false;
  float bottom = 6;  // height to which long hair hangs, model units
};

struct BrowLook {
  Colour colour;
  float half_height = 0.03F;  // model units
  float density = 1;
  float lift = 0;  // model units
  float arch = 0;
};

struct GlassesLook {
  bool worn = false;
  Colour colour;
  float half_width = 0.22F;  // of a rim, model units
  float half_height = 0.17F;
  float wire = 0.02F;
  double roundness = 0.7;  // 0 to 1
};

struct PersonLook {
  std::uint32_t seed = 0;                      // of the skin's texture
  double male = 0;                             // 0 to 1
  double old = 0;                              // 0 to 1
  std::array<double, 3> ancestry = {0, 0, 1};  // African, Asian, European; their sum is 1

  Colour skin;
  Colour lips;
  float redness = 0;   // of cheeks, nose, ears
  float freckles = 0;  // 0 to 1
  float stubble = 0;   // 0 to 1
  float beard = 0;     // 0: none, 1: full
  float moustache = 0;
  float gloss = 0.5F;            // of the skin
  std::vector<cv::Vec3f> moles;  // x, y in front view and radius, model units

  HairLook hair;
  BrowLook brows;
  GlassesLook glasses;
  float lashes = 0.5F;  // how thick
  Colour iris;
  Colour iris_ring;
  float iris_radius = 0.42F;  // sine of its angle on the eyeball
  Colour cloth;
  float neckline = 0;  // how far up the neck it goes, model units
};

PersonLook DrawPerson(int person);

// The neutral face of the person with the hair's thickness not yet on it, model units.
std::vector<cv::Vec3f> NeutralShape(const PeopleModel& model, int person, const PersonLook& look);

}  // namespace mestr::internal::synth
