#include "report/steady_face.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mestr/video/frame_source.h"
#include "support/moving_person.h"

namespace mestr::internal {
namespace {

using testing::MovingPerson;
using testing::Somebody;

double MeanDifference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / (3.0 * static_cast<double>(a.total()));
}

// The crops of 20 frames in which the head moves to one side and back.
std::vector<cv::Mat> CropsOf(double motion, std::size_t reference) {
  FaceFinder finder(FindLandmarkModel({}));
  SteadyFace steady(96, 30, finder);
  const MovingPerson person;
  for (int i = 0; i < 20; ++i) {
    steady.Push(person.At(i, motion * std::sin(i / 20.0 * 3)).image_bgr, Somebody().face);
  }
  return steady.Crops(reference);
}

TEST(SteadyFace, TheHeadRests) {
  const std::vector<cv::Mat> moving = CropsOf(0.9, 0);
  const std::vector<cv::Mat> resting = CropsOf(0, 0);
  ASSERT_EQ(moving.size(), 20U);
  // Twelve px aside and two degrees turned it would be several times as much.
  EXPECT_LT(MeanDifference(moving[10], moving[0]), MeanDifference(resting[10], resting[0]) + 3);
}

TEST(SteadyFace, AllLookAsTheReferenceDoes) {
  const std::vector<cv::Mat> as_first = CropsOf(0.9, 0);
  const std::vector<cv::Mat> as_tenth = CropsOf(0.9, 10);
  EXPECT_LT(MeanDifference(as_tenth[0], as_tenth[10]), 7);
  EXPECT_GT(MeanDifference(as_first[0], as_tenth[0]), 7);
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
