// What the network sees of a pair of crops: flow and optical strain in two regions of the face.
#pragma once

#include <array>
#include <opencv2/core/types.hpp>
#include <span>

#include "mestr/core/image_view.h"

namespace mestr {

// Side of a square face crop, px. Flow and features are computed at this size.
inline constexpr int kCropSide = 128;

// dlib's 68 points, in its order, in px of the crop; whole numbers as dlib gives them, possibly
// outside the crop.
using CropLandmarks = std::array<cv::Point, 68>;

// Two regions of a crop, half-open rectangles inside it, neither empty.
struct FeatureRois {
  cv::Rect eyes;  // eyes and eyebrows
  cv::Rect mouth;

  friend bool operator==(const FeatureRois&, const FeatureRois&) = default;
};

// The baseline's regions: 12 px around brows and eyes, 12 px around the mouth, clipped to the crop.
// Throws Error{kInput} when the landmarks leave a region empty.
FeatureRois RoisFromLandmarks(const CropLandmarks& landmarks);

// Optical strain magnitude (Shreve et al. 2011) of a flow: sqrt(u_x^2 + v_y^2 + (u_y + v_x)^2 / 2)
// with backward differences, 0 in the first column for x and in the first row for y. All views have
// one size.
void OpticalStrain(ImageView<const float> u, ImageView<const float> v, ImageView<float> strain);

// The 3 x 42 x 42 input of the network (model/mean_model.h), row-major: u, v and strain, each
// min-max normalised to [0, 1] over the whole crop (all 0 where it is constant), the eyes resized
// (bilinear) to 42 x 21 above the mouth resized likewise. u and v are 128 x 128, in px. Throws
// Error{kInvalidArgument} on other sizes.
void ComputeFeatures(ImageView<const float> u, ImageView<const float> v, const FeatureRois& rois,
                     std::span<float> features);

}  // namespace mestr
