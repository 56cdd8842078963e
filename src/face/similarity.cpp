#include "face/similarity.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace mestr::internal {

RigidPoints RigidPointsOf(const Landmarks& landmarks) {
  RigidPoints points;
  for (std::size_t i = 0; i < kRigidPoints.size(); ++i) {
    const cv::Point& point = landmarks[kRigidPoints[i]];
    points.col(static_cast<Eigen::Index>(i)) << point.x, point.y;
  }
  return points;
}

Similarity FitSimilarity(const RigidPoints& from, const RigidPoints& to) {
  // Dynamic sizes: GCC 12 takes Eigen's loop over fixed ones for one that reads past its end.
  const Eigen::Matrix3d transform =
      Eigen::umeyama(Eigen::MatrixXd(from), Eigen::MatrixXd(to), /*with_scaling=*/true);
  return {transform.topLeftCorner<2, 2>(), transform.topRightCorner<2, 1>()};
}

std::size_t SmoothingReach(double sigma_frames) {
  constexpr double kSigmas = 3;
  return static_cast<std::size_t>(std::ceil(kSigmas * sigma_frames));
}

RigidPoints SmoothAt(std::span<const RigidPoints> samples, std::size_t center,
                     double sigma_frames) {
  const std::size_t reach = SmoothingReach(sigma_frames);
  const std::size_t begin = center - std::min(center, reach);
  const std::size_t end = std::min(samples.size(), center + reach + 1);
  if (end - begin == 1) return samples[center];
  const auto time = [&](std::size_t i) {
    return static_cast<double>(i) - static_cast<double>(center);
  };
  const auto weight = [&](std::size_t i) {
    const double z = time(i) / sigma_frames;
    return std::exp(-0.5 * z * z);
  };
  double s0 = 0;
  double s1 = 0;
  double s2 = 0;
  for (std::size_t i = begin; i < end; ++i) {
    s0 += weight(i);
    s1 += weight(i) * time(i);
    s2 += weight(i) * time(i) * time(i);
  }
  const double determinant = s0 * s2 - s1 * s1;
  RigidPoints smoothed = RigidPoints::Zero();
  for (std::size_t i = begin; i < end; ++i) {
    smoothed += weight(i) * (s2 - s1 * time(i)) / determinant * samples[i];
  }
  return smoothed;
}

}  // namespace mestr::internal
