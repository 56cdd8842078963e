#include "face/area_resize.h"

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

void ExpectEqual(const cv::Mat& resized, const cv::Mat& expected, const cv::Size& from) {
  ASSERT_EQ(resized.type(), expected.type());
  ASSERT_EQ(resized.size(), expected.size()) << from;
  EXPECT_EQ(cv::norm(resized, expected, cv::NORM_INF), 0) << from << " to " << expected.size();
}

void ExpectAsOpenCv(const cv::Mat& image, const cv::Size& size) {
  cv::Mat expected;
  cv::resize(image, expected, size, 0, 0, cv::INTER_AREA);
  ExpectEqual(AreaResize(image, size), expected, image.size());
}

void ExpectAsOpenCv(const cv::Mat& image, double factor) {
  cv::Mat expected;
  cv::resize(image, expected, {}, factor, factor, cv::INTER_AREA);
  ExpectEqual(AreaResize(image, factor), expected, image.size());
}

TEST(AreaResize, HasTheBitsOfOpenCv) {
  for (const cv::Size size : {cv::Size(2040, 1088), cv::Size(1920, 1080), cv::Size(1280, 720),
                              cv::Size(854, 480), cv::Size(640, 480), cv::Size(641, 479),
                              cv::Size(33, 33), cv::Size(32, 47), cv::Size(320, 33)}) {
    ExpectAsOpenCv(Noise(size), cv::Size(32, 32));
    ExpectAsOpenCv(Noise(size), 0.37);
  }
  cv::RNG random(2);
  for (int i = 0; i < 200; ++i) {
    const cv::Mat image = Noise({random.uniform(20, 300), random.uniform(20, 200)});
    ExpectAsOpenCv(image, cv::Size(random.uniform(1, 40), random.uniform(1, 40)));
    ExpectAsOpenCv(image, random.uniform(0.05, 1.2));
  }
}

TEST(AreaResize, TakesPartsGrayAndWhatBecomesLarger) {
  const cv::Mat image = Noise({200, 150});
  for (const cv::Rect part : {cv::Rect(3, 5, 190, 140), cv::Rect(3, 5, 20, 140),
                              cv::Rect(10, 110, 190, 40), cv::Rect(3, 5, 1, 1)}) {
    ExpectAsOpenCv(image(part), cv::Size(32, 32));
    ExpectAsOpenCv(image(part), 0.71);
    ExpectAsOpenCv(image(part), 1.0);
    ExpectAsOpenCv(image(part), 2.3);
  }
  cv::Mat gray;
  cv::extractChannel(image, gray, 1);
  ExpectAsOpenCv(gray, cv::Size(32, 32));
}

}  // namespace
}  // namespace mestr::internal
