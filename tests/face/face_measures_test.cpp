#include "face/face_measures.h"

#include <opencv2/imgproc.hpp>

#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

// An eye of length 30 and that height, corner to corner along the upper lid and back.
void SetEye(Landmarks& landmarks, std::size_t first, int height) {
  const int half = height / 2;
  const std::array<cv::Point, 6> points = {cv::Point{0, 0}, {10, -half}, {20, -half},
                                           {30, 0},         {20, half},  {10, half}};
  std::copy(points.begin(), points.end(), landmarks.begin() + static_cast<std::ptrdiff_t>(first));
}

TEST(EyeOpenness, IsHeightByLengthOfEachEye) {
  Landmarks landmarks{};
  SetEye(landmarks, 36, 10);
  SetEye(landmarks, 42, 2);
  const EyeOpenness eyes = EyeOpennessOf(landmarks);
  EXPECT_NEAR(eyes.right, 10.0 / 30, 1e-9);
  EXPECT_NEAR(eyes.left, 2.0 / 30, 1e-9);
  EXPECT_EQ(EyeOpennessOf(Landmarks{}).right, 0) << "an eye without length";
}

TEST(MouthOpening, IsTheGapOfTheInnerLips) {
  Landmarks landmarks{};
  EXPECT_EQ(MouthOpening(landmarks), 0);
  for (const int lower : {65, 66, 67}) landmarks[lower].y = 12;
  EXPECT_NEAR(MouthOpening(landmarks), 12, 1e-9);
}

TEST(HeadMotion, IsThatOfTheMiddleOfTheRigidPoints) {
  const RigidPoints before = RigidPoints::Random();
  RigidPoints now = before;
  now.row(0).array() += 3;
  now.row(1).array() -= 4;
  EXPECT_NEAR(HeadMotion(before, now), 5, 1e-9);
}

TEST(Sharpness, FallsWithBlurAndNotWithSize) {
  const testing::PersonPicture& picture = testing::Somebody();
  const cv::Mat face = picture.image_bgr(picture.face);
  const double sharp = Sharpness(face);
  double before = sharp;
  for (const double sigma : {1.0, 2.0, 4.0}) {
    cv::Mat blurred;
    cv::GaussianBlur(face, blurred, {}, sigma * face.cols / 200);
    const double now = Sharpness(blurred);
    EXPECT_LT(now, before) << sigma;
    before = now;
  }
  cv::Mat larger;
  cv::resize(face, larger, {}, 2, 2, cv::INTER_CUBIC);
  EXPECT_NEAR(Sharpness(larger), sharp, 0.05);
  EXPECT_EQ(Sharpness(cv::Mat(50, 50, CV_8UC3, cv::Scalar::all(90))), 0);
}

TEST(Sharpness, FallsWithMotionToOneSide) {
  const cv::Mat picture = testing::Somebody().image_bgr;
  cv::Mat moved;
  cv::blur(picture, moved, {21, 1});
  EXPECT_LT(Sharpness(moved), 0.8 * Sharpness(picture));
}

}  // namespace
}  // namespace mestr::internal
