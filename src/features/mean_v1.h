// "mean-v1", what the published baseline's network sees of a pair of crops: flow and optical strain
// in two regions of the face (Liong, See, Chan 2023, section 3.2).
#pragma once

#include <memory>
#include <opencv2/core/types.hpp>
#include <span>

#include "mestr/core/image_view.h"
#include "mestr/core/landmarks.h"
#include "mestr/features/extractor.h"

namespace mestr::internal {

inline constexpr char kMeanV1[] = "mean-v1";

// Side of the crop, px, at which flow and features are computed.
inline constexpr int kCropSide = 128;

// Size of a row: channels u, v, strain; eyes and eyebrows in the upper 21 rows, mouth in the lower.
inline constexpr int kFeatureChannels = 3;
inline constexpr int kFeatureSide = 42;
inline constexpr int kFeatureValues = kFeatureChannels * kFeatureSide * kFeatureSide;

// Two regions of a crop, half-open rectangles inside it, neither empty.
struct FeatureRois {
  cv::Rect eyes;  // eyes and eyebrows
  cv::Rect mouth;

  friend bool operator==(const FeatureRois&, const FeatureRois&) = default;
};

// The baseline's regions: 12 px around brows and eyes, 12 px around the mouth, clipped to the crop.
// Throws Error{kInput} when the landmarks leave a region empty.
FeatureRois RoisFromLandmarks(const Landmarks& landmarks);

// Optical strain magnitude (Shreve et al. 2011) of a flow: sqrt(u_x^2 + v_y^2 + (u_y + v_x)^2 / 2)
// with backward differences, 0 in the first column for x and in the first row for y. All views have
// one size.
void OpticalStrain(ImageView<const float> u, ImageView<const float> v, ImageView<float> strain);

// 3 x 42 x 42, row-major: u, v and strain, each min-max normalised to [0, 1] over the whole crop
// (all 0 where it is constant), the eyes resized (bilinear) to 42 x 21 above the mouth resized
// likewise. u and v are 128 x 128, in px. Throws Error{kInvalidArgument} on other sizes.
void ComputeFeatures(ImageView<const float> u, ImageView<const float> v, const FeatureRois& rois,
                     std::span<float> features);

std::unique_ptr<FeatureExtractor> MakeMeanV1(const ExtractorOptions& options);

}  // namespace mestr::internal
