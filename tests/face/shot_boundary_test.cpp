#include "face/shot_boundary.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace mestr::internal {
namespace {

// A smooth picture of its own for every seed.
cv::Mat Picture(int seed) {
  cv::Mat coarse(8, 10, CV_8UC3);
  cv::RNG random(static_cast<std::uint64_t>(seed));
  random.fill(coarse, cv::RNG::UNIFORM, 0, 255);
  cv::Mat picture;
  cv::resize(coarse, picture, {320, 256}, 0, 0, cv::INTER_CUBIC);
  return picture;
}

cv::Mat Moved(const cv::Mat& picture, double x_px) {
  const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, x_px, 0, 1, 0);
  cv::Mat moved;
  cv::warpAffine(picture, moved, shift, picture.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return moved;
}

TEST(ShotBoundary, TheFirstFrameIsNone) {
  ShotBoundary shots;
  EXPECT_FALSE(shots.IsCut(Picture(1)));
}

TEST(ShotBoundary, IsWhereThePictureChanges) {
  ShotBoundary shots;
  for (const int seed : {1, 2, 3}) {
    EXPECT_EQ(shots.IsCut(Picture(seed)), seed > 1) << seed;
    EXPECT_FALSE(shots.IsCut(Picture(seed))) << seed;
  }
}

TEST(ShotBoundary, MotionNoiseAndAFlashAreNone) {
  ShotBoundary shots;
  const cv::Mat picture = Picture(4);
  EXPECT_FALSE(shots.IsCut(picture));
  EXPECT_FALSE(shots.IsCut(Moved(picture, 6)));
  EXPECT_FALSE(shots.IsCut(Moved(picture, -3)));
  cv::Mat noise(picture.size(), picture.type());
  cv::RNG random(5);
  random.fill(noise, cv::RNG::NORMAL, 0, 12);
  EXPECT_FALSE(shots.IsCut(picture + noise));
  EXPECT_FALSE(shots.IsCut(picture * 0.4 + cv::Scalar::all(120)));
  EXPECT_FALSE(shots.IsCut(picture));
}

TEST(ShotBoundary, ABlackPictureIsAShotOfItsOwn) {
  ShotBoundary shots;
  const cv::Mat black(256, 320, CV_8UC3, cv::Scalar::all(1));
  EXPECT_FALSE(shots.IsCut(black));
  EXPECT_FALSE(shots.IsCut(black + cv::Scalar::all(1)));
  EXPECT_TRUE(shots.IsCut(Picture(6)));
  EXPECT_TRUE(shots.IsCut(black));
}

}  // namespace
}  // namespace mestr::internal
