#include "report/flow_picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>

namespace mestr::internal {
namespace {

cv::Mat Field(double value, int side = 48) {
  return cv::Mat(side, side, CV_32F, cv::Scalar(value));
}

cv::Vec3b ColourOf(double u, double v) {
  return FlowColours(Field(u, 1), Field(v, 1), /*full_px=*/1).at<cv::Vec3b>(0, 0);
}

TEST(FlowColours, WhatRestsIsWhite) { EXPECT_EQ(ColourOf(0, 0), cv::Vec3b(255, 255, 255)); }

TEST(FlowColours, EachDirectionHasItsHue) {
  EXPECT_EQ(ColourOf(1, 0), cv::Vec3b(0, 0, 255)) << "red to the right";
  const cv::Vec3b down = ColourOf(0, 1);
  EXPECT_TRUE(down[0] < 30 && down[1] > 200 && down[2] > 200) << "yellow down";
  const cv::Vec3b left = ColourOf(-1, 0);
  EXPECT_TRUE(left[0] > 200 && left[1] > 150 && left[2] < 30) << "cyan to blue to the left";
  const cv::Vec3b up = ColourOf(0, -1);
  EXPECT_TRUE(up[0] > 200 && up[1] < 30 && up[2] > 60 && up[2] < 160) << "purple up";
}

TEST(FlowColours, LessMotionIsPalerAndMoreThanFullDarker) {
  EXPECT_EQ(ColourOf(0.5, 0), cv::Vec3b(128, 128, 255));
  EXPECT_EQ(ColourOf(3, 0), cv::Vec3b(0, 0, 191));
}

TEST(FlowColours, AreThoseOfTheFullDisplacement) {
  EXPECT_EQ(FlowColours(Field(4, 1), Field(0, 1), 4).at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 255));
}

TEST(FullColour, NoiseDoesNotGetAll) { EXPECT_EQ(FullColour_px(Field(0.1), Field(0), 0.5), 0.5); }

TEST(FullColour, NearlyAllMotionIsWithinIt) {
  cv::Mat u = Field(1);
  u.at<float>(0, 0) = 100;
  EXPECT_NEAR(FullColour_px(u, Field(0), 0.5), 1, 1e-6);
}

TEST(SharedMotion, IsThatOfTheWholeWithoutThePartThatMovesByItself) {
  cv::Mat u(160, 160, CV_32F);
  cv::Mat v(160, 160, CV_32F);
  for (int y = 0; y < 160; ++y) {
    for (int x = 0; x < 160; ++x) {
      const bool brow = y > 40 && y < 80 && x > 30 && x < 130;
      u.at<float>(y, x) = static_cast<float>(0.8 + 0.01 * (x - 80));
      v.at<float>(y, x) = static_cast<float>(-0.4 + 0.01 * (y - 80) - (brow ? 1.5 : 0));
    }
  }
  const SharedMotion shared = SharedMotionOf(u, v);
  EXPECT_NEAR(shared.u.at<float>(10, 20), 0.8 - 0.6, 0.02);
  EXPECT_NEAR(shared.v.at<float>(10, 20), -0.4 - 0.7, 0.05);
  EXPECT_NEAR(v.at<float>(60, 80) - shared.v.at<float>(60, 80), -1.5, 0.05);
}

TEST(SharedMotion, OfAFaceThatRestsIsNone) {
  const SharedMotion shared = SharedMotionOf(Field(0), Field(0));
  EXPECT_EQ(cv::norm(shared.u, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(shared.v, cv::NORM_INF), 0);
}

TEST(FlowOverFace, TheFaceShowsWhereNothingMoves) {
  cv::Mat gray(48, 48, CV_8U);
  for (int x = 0; x < 48; ++x) gray.col(x).setTo(5 * x);
  cv::Mat u = Field(0);
  u(cv::Rect(24, 0, 24, 48)).setTo(1);
  const cv::Mat picture = FlowOverFace(gray, u, Field(0), 1);
  EXPECT_EQ(picture.at<cv::Vec3b>(2, 10), cv::Vec3b(130, 130, 130));
  const cv::Vec3b moved = picture.at<cv::Vec3b>(2, 40);
  EXPECT_TRUE(moved[0] == 0 && moved[1] == 0 && moved[2] > 200);
}

TEST(FlowOverFace, ArrowsStandWhereSomethingMoves) {
  const cv::Mat gray(48, 48, CV_8U, cv::Scalar(200));
  cv::Mat u = Field(0);
  u(cv::Rect(24, 0, 24, 48)).setTo(0.5);
  const cv::Mat picture = FlowOverFace(gray, u, Field(0), 1);
  double darkest = 0;
  cv::minMaxLoc(picture.colRange(0, 24).clone().reshape(1), &darkest);
  EXPECT_GT(darkest, 150);
  cv::minMaxLoc(picture.colRange(24, 48).clone().reshape(1), &darkest);
  EXPECT_LT(darkest, 60);
}

}  // namespace
}  // namespace mestr::internal
