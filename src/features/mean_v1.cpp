#include "features/mean_v1.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr int kMarginPx = 12;
constexpr int kRoiHeight = kFeatureSide / 2;

cv::Rect ClippedRoi(const char* name, int left, int top, int right, int bottom) {
  const auto clip = [](int value) { return std::clamp(value, 0, kCropSide); };
  const cv::Rect roi(cv::Point(clip(left), clip(top)), cv::Point(clip(right), clip(bottom)));
  if (right <= left || bottom <= top || roi.empty()) {
    throw Error(ErrorKind::kInput, std::string("the landmarks leave no ") + name +
                                       " region inside the face crop; is it a frontal face?");
  }
  return roi;
}

struct Range {
  float min;
  float max;
};

Range RangeOf(ImageView<const float> image) {
  Range range{image.row(0)[0], image.row(0)[0]};
  for (int y = 0; y < image.height; ++y) {
    const auto [low, high] = std::minmax_element(image.row(y), image.row(y) + image.width);
    range.min = std::min(range.min, *low);
    range.max = std::max(range.max, *high);
  }
  return range;
}

// A header over pixels that OpenCV will only read.
cv::Mat RoiOf(ImageView<const float> image, const cv::Rect& roi) {
  return {roi.height, roi.width, CV_32F, const_cast<float*>(image.row(roi.y) + roi.x),
          static_cast<std::size_t>(image.stride) * sizeof(float)};
}

// Resizing is linear, so normalising after it is normalising before it, on fewer pixels.
void WriteRoi(ImageView<const float> channel, const Range& range, const cv::Rect& roi, float* out) {
  cv::Mat resized(kRoiHeight, kFeatureSide, CV_32F, out);
  cv::resize(RoiOf(channel, roi), resized, resized.size(), 0, 0, cv::INTER_LINEAR);
  const float extent = range.max - range.min;
  for (float* value = out; value != out + kRoiHeight * kFeatureSide; ++value) {
    *value = extent > 0 ? std::clamp((*value - range.min) / extent, 0.0F, 1.0F) : 0.0F;
  }
}

// Row i is that of the pair of frames (i, i + k).
class MeanV1 final : public PairExtractor {
 public:
  explicit MeanV1(const ExtractorOptions& options)
      : PairExtractor({.kind = kMeanV1,
                       .row_shape = {kFeatureChannels, kFeatureSide, kFeatureSide},
                       .crop = {.side_px = kCropSide}},
                      options) {}

  void ComputeRow(const FlowRequest& request, ImageView<const float> u, ImageView<const float> v,
                  std::span<float> row) const override {
    ComputeFeatures(u, v, RoisFromLandmarks(request.landmarks), row);
  }

  std::vector<Region> Regions(const Landmarks& landmarks) const override {
    const FeatureRois rois = RoisFromLandmarks(landmarks);
    return {{"eyes", rois.eyes}, {"mouth", rois.mouth}};
  }
};

}  // namespace

std::unique_ptr<FeatureExtractor> MakeMeanV1(const ExtractorOptions& options) {
  return std::make_unique<MeanV1>(options);
}

FeatureRois RoisFromLandmarks(const Landmarks& p) {
  return {
      .eyes = ClippedRoi("eye", p[17].x - kMarginPx, std::min(p[19].y, p[24].y) - kMarginPx,
                         p[26].x + kMarginPx, std::max(p[41].y, p[46].y) + kMarginPx),
      .mouth = ClippedRoi("mouth", p[60].x - kMarginPx, p[50].y - kMarginPx, p[64].x + kMarginPx,
                          p[57].y + kMarginPx),
  };
}

void OpticalStrain(ImageView<const float> u, ImageView<const float> v, ImageView<float> strain) {
  for (int y = 0; y < u.height; ++y) {
    const int above = std::max(0, y - 1);
    for (int x = 0; x < u.width; ++x) {
      const int left = std::max(0, x - 1);
      const float u_x = u.row(y)[x] - u.row(y)[left];
      const float u_y = u.row(y)[x] - u.row(above)[x];
      const float v_x = v.row(y)[x] - v.row(y)[left];
      const float v_y = v.row(y)[x] - v.row(above)[x];
      const float shear = u_y + v_x;
      strain.row(y)[x] = std::sqrt(u_x * u_x + v_y * v_y + shear * shear / 2);
    }
  }
}

void ComputeFeatures(ImageView<const float> u, ImageView<const float> v, const FeatureRois& rois,
                     std::span<float> features) {
  const auto is_crop = [](const auto& image) {
    return image.width == kCropSide && image.height == kCropSide;
  };
  if (!is_crop(u) || !is_crop(v) || features.size() != kFeatureValues) {
    throw Error(ErrorKind::kInvalidArgument,
                "ComputeFeatures: u and v must be 128 x 128, features 3 x 42 x 42");
  }
  std::array<float, kCropSide * kCropSide> strain_px;
  const ImageView<float> strain{strain_px.data(), kCropSide, kCropSide, kCropSide};
  OpticalStrain(u, v, strain);
  const std::array<ImageView<const float>, kFeatureChannels> channels = {
      u, v, {strain.data, strain.width, strain.height, strain.stride}};
  float* out = features.data();
  for (const auto& channel : channels) {
    const Range range = RangeOf(channel);
    WriteRoi(channel, range, rois.eyes, out);
    WriteRoi(channel, range, rois.mouth, out + kRoiHeight * kFeatureSide);
    out += kFeatureSide * kFeatureSide;
  }
}

}  // namespace mestr::internal
