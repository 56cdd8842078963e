#include "face/face_box.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

// Eyes at +-`eyes` px beside the middle, the mouth `down` px below them.
Landmarks Face(cv::Point middle, int eyes, int down) {
  Landmarks landmarks{};
  for (int i = 36; i <= 41; ++i) landmarks[i] = middle + cv::Point(-eyes, 0);
  for (int i = 42; i <= 47; ++i) landmarks[i] = middle + cv::Point(eyes, 0);
  for (int i = 48; i <= 67; ++i) landmarks[i] = middle + cv::Point(0, down);
  return landmarks;
}

TEST(FaceBox, IsASquareBetweenEyesAndMouth) {
  EXPECT_EQ(FaceBoxOf(Face({200, 100}, 40, 80)), cv::Rect(100, 40, 200, 200));
}

TEST(FaceBox, OfAFaceThatNodsOrTurnsKeepsItsSize) {
  EXPECT_EQ(FaceBoxOf(Face({200, 100}, 40, 60)).size(), cv::Size(200, 200));
  EXPECT_EQ(FaceBoxOf(Face({200, 100}, 20, 80)).size(), cv::Size(180, 180));
}

TEST(FaceBox, MayReachOutOfThePicture) {
  EXPECT_EQ(FaceBoxOf(Face({10, 5}, 40, 80)).tl(), cv::Point(-90, -55));
}

}  // namespace
}  // namespace mestr::internal
