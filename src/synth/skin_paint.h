// A person's skin, brows, lips and hair as pictures to lay on the model's surface.
#pragma once

#include <opencv2/core/mat.hpp>

#include "synth/person_look.h"
#include "synth/surface_map.h"

namespace mestr::internal::synth {

// CV_16UC4: albedo (blue, green, red) in linear light and gloss, 65535 = 1.
cv::Mat PaintSurface(const SurfaceMap& map, const PersonLook& look);

// Strands that run from the crown outwards.
Colour HairColour(const cv::Vec3f& rest, const PersonLook& look);

}  // namespace mestr::internal::synth
