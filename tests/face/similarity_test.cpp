#include "face/similarity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace mestr::internal {
namespace {

RigidPoints SomePoints() {
  RigidPoints points;
  for (Eigen::Index i = 0; i < points.cols(); ++i) {
    points.col(i) << 100 + 17.0 * static_cast<double>(i % 5),
        80 + 11.0 * static_cast<double>(i % 7);
  }
  return points;
}

TEST(FitSimilarity, RecoversRotationScaleAndTranslation) {
  const double angle = 0.2;
  const double scale = 1.3;
  Similarity truth;
  truth.linear << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
  truth.linear *= scale;
  truth.translation << 12, -7;
  const RigidPoints from = SomePoints();
  RigidPoints to;
  for (Eigen::Index i = 0; i < from.cols(); ++i) to.col(i) = truth(from.col(i));
  const Similarity found = FitSimilarity(from, to);
  constexpr double kTolerance = 1e-10;
  EXPECT_LT((found.linear - truth.linear).norm(), kTolerance);
  EXPECT_LT((found.translation - truth.translation).norm(), kTolerance * 1000);
}

TEST(SmoothAt, FollowsALinearMotionExactlyEvenAtTheEnds) {
  const RigidPoints start = SomePoints();
  std::vector<RigidPoints> samples;
  for (int t = 0; t < 9; ++t) samples.push_back(start.array() + 0.7 * t);
  for (std::size_t center : {0U, 4U, 8U}) {
    EXPECT_LT((SmoothAt(samples, center, 2.0) - samples[center]).norm(), 1e-9) << center;
  }
}

TEST(SmoothAt, TakesNoiseAway) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, 1);
  std::vector<RigidPoints> samples(31, SomePoints());
  for (RigidPoints& sample : samples) {
    sample = sample.unaryExpr([&](double value) { return value + noise(random); });
  }
  const double before = (samples[15] - SomePoints()).norm();
  // White noise under a Gaussian of 5 frames keeps 1 / sqrt(2 sqrt(pi) 5) = 0.24 of its amplitude.
  EXPECT_LT((SmoothAt(samples, 15, 5.0) - SomePoints()).norm(), 0.4 * before);
}

TEST(SmoothAt, LeavesPointsAloneWithoutAWindow) {
  std::vector<RigidPoints> samples(3, SomePoints());
  samples[1].array() += 5;
  EXPECT_EQ(SmoothAt(samples, 1, 0.0), samples[1]);
  EXPECT_EQ(SmoothAt(std::span(samples).subspan(1, 1), 0, 3.0), samples[1]);
}

}  // namespace
}  // namespace mestr::internal
