#include "face/area_thumbnail.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace mestr::internal {
namespace {

cv::Mat Noise(const cv::Size& size) {
  cv::Mat image(size, CV_8UC3);
  cv::RNG random(1);
  random.fill(image, cv::RNG::UNIFORM, 0, 256);
  return image;
}

void ExpectAsResize(const cv::Mat& image, int side_px) {
  cv::Mat expected;
  cv::resize(image, expected, {side_px, side_px}, 0, 0, cv::INTER_AREA);
  const cv::Mat thumbnail = AreaThumbnail(image, side_px);
  ASSERT_EQ(thumbnail.type(), CV_8UC3);
  ASSERT_EQ(thumbnail.size(), expected.size());
  EXPECT_EQ(cv::norm(thumbnail, expected, cv::NORM_INF), 0) << image.size() << " to " << side_px;
}

TEST(AreaThumbnail, HasTheBitsOfOpenCvsResize) {
  for (const cv::Size size : {cv::Size(2040, 1088), cv::Size(1920, 1080), cv::Size(1280, 720),
                              cv::Size(854, 480), cv::Size(640, 480), cv::Size(641, 479),
                              cv::Size(33, 33), cv::Size(32, 47), cv::Size(320, 33)}) {
    ExpectAsResize(Noise(size), 32);
  }
  cv::RNG random(2);
  for (int i = 0; i < 100; ++i) {
    const cv::Size size(random.uniform(40, 300), random.uniform(40, 200));
    ExpectAsResize(Noise(size), random.uniform(1, 40));
  }
}

TEST(AreaThumbnail, TakesAPartOfAnImageAndOneThatIsSmaller) {
  const cv::Mat image = Noise({200, 150});
  ExpectAsResize(image(cv::Rect(3, 5, 190, 140)), 32);
  ExpectAsResize(image(cv::Rect(3, 5, 20, 140)), 32);
  ExpectAsResize(image(cv::Rect(3, 5, 1, 1)), 32);
}

}  // namespace
}  // namespace mestr::internal
