// Similarity transforms between two views of a face, and landmarks smoothed over time.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>

#include "face/face_finder.h"

namespace mestr::internal {

// Points that move with the skull and with no expression: bridge and base of the nose, corners of
// the eyes.
inline constexpr std::array kRigidPoints = {27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 39, 42, 45};

using RigidPoints = Eigen::Matrix<double, 2, static_cast<int>(kRigidPoints.size())>;

// x_to = linear * x_from + translation, px.
struct Similarity {
  Eigen::Matrix2d linear = Eigen::Matrix2d::Identity();
  Eigen::Vector2d translation = Eigen::Vector2d::Zero();

  Eigen::Vector2d operator()(const Eigen::Vector2d& point) const {
    return linear * point + translation;
  }
};

RigidPoints RigidPointsOf(const Landmarks& landmarks);

// Least squares rotation, uniform scale and translation (Umeyama 1991, equations 40 to 42).
Similarity FitSimilarity(const RigidPoints& from, const RigidPoints& to);

// How many samples before and after one its smoothing takes in.
std::size_t SmoothingReach(double sigma_frames);

// The points at time 0 by a straight line fitted to `samples`, sample i at time i - center, with
// Gaussian weights of `sigma_frames`; those out of reach do not count. A plain average would lag
// behind a moving head at the ends of a video, where the window is one-sided.
RigidPoints SmoothAt(std::span<const RigidPoints> samples, std::size_t center, double sigma_frames);

}  // namespace mestr::internal
