// Crops in part, against OpenCV's whole ones.
#include "features/roi_crop.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "support/every_target.h"

namespace mestr::internal {
namespace {

const cv::Size kCrop(kRoiCropSide_px, kRoiCropSide_px);

cv::Mat NoiseOf(const cv::Size& size) {
  cv::RNG random(7);
  cv::Mat image(size, CV_8UC1);
  random.fill(image, cv::RNG::UNIFORM, 0, 256);
  return image;
}

class RoiCrop : public testing::OnEveryTarget {
 protected:
  int Differences(const cv::Mat& image, const cv::Rect& part) {
    cv::Mat expected;
    cv::resize(image, expected, kCrop);
    cropper_.Resize(image, part, crop_);
    EXPECT_EQ(crop_.size(), kCrop);
    return cv::countNonZero(crop_(part) != expected(part));
  }

  RoiCropper cropper_;
  cv::Mat crop_;
};

TEST_P(RoiCrop, HasTheBitsOfOpenCvWhateverTheSize) {
  for (const int width : {1, 2, 3, 119, 160, 243, 319, 320, 321, 584, 640, 961}) {
    for (const int height : {1, 2, 160, 242, 320, 577, 640}) {
      EXPECT_EQ(Differences(NoiseOf({width, height}), {{0, 0}, kCrop}), 0)
          << width << " x " << height;
    }
  }
}

TEST_P(RoiCrop, HasThemInAnyPart) {
  const cv::Mat image = NoiseOf({400, 290});
  for (const cv::Rect& part : {cv::Rect(0, 0, 1, 1), cv::Rect(319, 319, 1, 1),
                               cv::Rect(37, 41, 205, 190), cv::Rect(16, 0, 16, 320)}) {
    EXPECT_EQ(Differences(image, part), 0) << part;
  }
}

// As a box in a frame is: nothing beside the view counts.
TEST_P(RoiCrop, SeesTheViewAlone) {
  const cv::Mat frame = NoiseOf({700, 500});
  const cv::Rect box(90, 60, 301, 333);
  cv::Mat expected;
  cv::resize(frame(box).clone(), expected, kCrop);
  cropper_.Resize(frame(box), {{0, 0}, kCrop}, crop_);
  EXPECT_EQ(cv::countNonZero(crop_ != expected), 0);
}

INSTANTIATE_TEST_SUITE_P(Targets, RoiCrop, ::testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         testing::TargetTestName);

}  // namespace
}  // namespace mestr::internal
