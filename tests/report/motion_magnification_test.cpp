#include "report/motion_magnification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

namespace mestr::internal {
namespace {

using ::testing::SizeIs;

constexpr int kSide_px = 128;
constexpr double kWavelength_px = 32;
constexpr double kFps = 30;

// An upright grating that is displaced so far.
cv::Mat Grating(double displacement_px) {
  cv::Mat picture(kSide_px, kSide_px, CV_8UC3);
  for (int x = 0; x < kSide_px; ++x) {
    const double phase = 2 * std::numbers::pi * (x - displacement_px) / kWavelength_px;
    picture.col(x).setTo(cv::Scalar::all(std::round(128 + 60 * std::sin(phase))));
  }
  return picture;
}

// By the phase of the middle row.
double DisplacementOf(const cv::Mat& picture) {
  double sine = 0;
  double cosine = 0;
  for (int x = 0; x < kSide_px; ++x) {
    const double phase = 2 * std::numbers::pi * x / kWavelength_px;
    const double value = picture.at<cv::Vec3b>(kSide_px / 2, x)[1];
    sine += value * std::sin(phase);
    cosine += value * std::cos(phase);
  }
  return std::atan2(-cosine, sine) * kWavelength_px / (2 * std::numbers::pi);
}

// How much larger a vibration becomes.
double GainAt(double frequency_hz, double displacement_px, const MagnificationOptions& options) {
  std::vector<cv::Mat> frames;
  for (int i = 0; i < 120; ++i) {
    const double phase = 2 * std::numbers::pi * frequency_hz * i / kFps;
    frames.push_back(Grating(displacement_px * std::sin(phase)));
  }
  double largest_px = 0;
  const std::vector<cv::Mat> magnified = MagnifyMotion(frames, kFps, options);
  for (std::size_t i = 30; i < magnified.size(); ++i) {
    largest_px = std::max(largest_px, std::abs(DisplacementOf(magnified[i])));
  }
  return largest_px / displacement_px;
}

TEST(MagnifyMotion, AMicroMovementBecomesLargerByAboutItsFactor) {
  const double gain = GainAt(/*frequency_hz=*/2.5, 0.2, {.factor = 5});
  EXPECT_GT(gain, 4);
  EXPECT_LT(gain, 6.5);
  EXPECT_GT(GainAt(2.5, 0.2, {.factor = 10}), 1.5 * gain);
}

TEST(MagnifyMotion, WhatIsSlowStaysAsItIs) { EXPECT_LT(GainAt(0.05, 2, {.factor = 5}), 1.6); }

TEST(MagnifyMotion, AFactorOf0ChangesNothing) {
  EXPECT_NEAR(GainAt(2.5, 0.5, {.factor = 0}), 1, 0.05);
}

TEST(MagnifyMotion, APictureThatRestsStays) {
  const std::vector<cv::Mat> magnified = MagnifyMotion(std::vector<cv::Mat>(5, Grating(0)), kFps);
  ASSERT_THAT(magnified, SizeIs(5));
  for (const cv::Mat& frame : magnified) {
    EXPECT_LE(cv::norm(frame, Grating(0), cv::NORM_INF), 2);  // of the way there and back in colour
  }
}

TEST(MagnifyMotion, TakesPicturesThatAreTooSmallForAPyramid) {
  const std::vector<cv::Mat> tiny(3, cv::Mat(6, 6, CV_8UC3, cv::Scalar::all(80)));
  EXPECT_THAT(MagnifyMotion(tiny, kFps), SizeIs(3));
}

TEST(LevelFactor, FineStructuresGetLess) {
  const MagnificationOptions options{.factor = 8, .least_wavelength_px = 16};
  EXPECT_EQ(LevelFactor(options, 0), 0);
  EXPECT_LT(LevelFactor(options, 1), 8);
  EXPECT_GT(LevelFactor(options, 1), 0);
  EXPECT_EQ(LevelFactor(options, 2), 8);
  EXPECT_EQ(LevelFactor(options, 5), 8);
}

}  // namespace
}  // namespace mestr::internal
