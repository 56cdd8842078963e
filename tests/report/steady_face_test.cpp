#include "report/steady_face.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>

#include "mestr/video/frame_source.h"
#include "support/moving_person.h"

namespace mestr::internal {
namespace {

using testing::MovingPerson;
using testing::Somebody;

double MeanDifference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / (3.0 * static_cast<double>(a.total()));
}

constexpr int kFrames = 30;

// The head moves to one side and back.
cv::Mat FrameAt(int index, double motion) {
  return MovingPerson().At(index, motion * std::sin(index * 3.0 / kFrames)).image_bgr;
}

std::vector<cv::Mat> CropsOf(double motion, std::size_t reference) {
  FaceFinder finder(FindLandmarkModel({}));
  SteadyFace steady(96, 30, finder);
  for (int i = 0; i < kFrames; ++i) steady.Push(FrameAt(i, motion), Somebody().face);
  return steady.Crops(reference);
}

TEST(SteadyFace, TheHeadRests) {
  const std::vector<cv::Mat> moving = CropsOf(0.9, 0);
  const std::vector<cv::Mat> resting = CropsOf(0, 0);
  ASSERT_EQ(moving.size(), kFrames);
  const auto difference = [](const std::vector<cv::Mat>& crops) {
    return MeanDifference(crops[15], crops[0]);
  };
  const cv::Rect face = Somebody().face;
  const double in_place = MeanDifference(FrameAt(15, 0.9)(face), FrameAt(0, 0.9)(face));
  EXPECT_LT(difference(moving) - difference(resting), (in_place - difference(resting)) / 4);
}

TEST(SteadyFace, AllLookAsTheReferenceDoes) {
  const std::vector<cv::Mat> as_first = CropsOf(0.9, 0);
  const std::vector<cv::Mat> as_middle = CropsOf(0.9, 15);
  EXPECT_LT(MeanDifference(as_middle[0], as_middle[15]), MeanDifference(as_middle[0], as_first[0]));
}

TEST(SteadyFace, ALargeFaceIsMadeSmallerWithoutSteps) {
  FaceFinder finder(FindLandmarkModel({}));
  SteadyFace steady(32, 30, finder);
  steady.Push(MovingPerson().At(0).image_bgr, Somebody().face);
  const std::vector<cv::Mat> crops = steady.Crops(0);
  ASSERT_EQ(crops.at(0).size(), cv::Size(32, 32));
  EXPECT_EQ(crops[0].type(), CV_8UC3);
}

}  // namespace
}  // namespace mestr::internal
