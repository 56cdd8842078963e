// Crops of a face of which only a part is wanted.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "features/roi_flow_regions.h"

namespace mestr::internal {

// Not thread-safe: keeps its memory from call to call.
class RoiCropper {
 public:
  // At least the pixels of `part` of what cv::resize(image, crop, {320, 320}) gives of an 8-bit
  // gray image, in its bits (OpenCV 4.6 without IPP). What else there is in `crop` means nothing.
  void Resize(const cv::Mat& image, const cv::Rect& part, cv::Mat& crop);

 private:
  // Of a pixel of the crop: two columns or rows of the image and their weights.
  struct Mix {
    int first;
    int second;
    std::int16_t first_weight;
    std::int16_t second_weight;
  };
  using Mixes = std::array<Mix, kRoiCropSide_px>;
  using Row = std::array<std::int32_t, kRoiCropSide_px>;

  static void FillMixes(int size, Mixes& mixes);
  void Fetch(const cv::Mat& image, int y, int begin, int end) const;
  const Row& MixedRow(const cv::Mat& image, int y, int begin, int end);

  Mixes columns_;
  Mixes rows_;
  std::array<Row, 2> mixed_;  // row y of the image, mixed along x, in mixed_[y % 2]
  std::array<int, 2> mixed_y_{};
};

}  // namespace mestr::internal
