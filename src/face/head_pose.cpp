#include "face/head_pose.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace mestr::internal {
namespace {

using Solid = Eigen::Matrix<double, 3, Eigen::Dynamic>;
using Planar = Eigen::Matrix<double, 2, Eigen::Dynamic>;

// Width and height are the mean of nearly frontal frames of six people, made symmetric; depths
// (away from the camera) are those that explain the same people's turns best.
Solid MeanFace() {
  Solid face(3, static_cast<Eigen::Index>(kRigidPoints.size()));
  face.topRows<2>() = FrontalFace_mm();
  face.row(2) << 0, -9, -19, -28, -10, -14, -17, -14, -10, 19, 13, 13, 19;
  const Eigen::Vector3d middle = face.rowwise().mean();
  return face.colwise() - middle;
}

// The rotation closest to a 3 x 3 matrix.
Eigen::Matrix3d ClosestRotation(const Eigen::Matrix3d& matrix) {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d signs = Eigen::Vector3d::Ones();
  signs.z() = (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1;
  return svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
}

struct Projection {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();  // camera from face
  double scale_px_per_mm = 0;
};

// What the picture does not show, each point's depth, is taken from the last estimate and the
// rotation fitted to all three coordinates, again and again.
Projection FitProjection(const Solid& face, const Planar& points) {
  constexpr int kRounds = 25;
  Projection fit;
  for (int i = 0; i < kRounds; ++i) {
    const Solid turned = fit.rotation * face;
    fit.scale_px_per_mm =
        points.cwiseProduct(turned.topRows<2>()).sum() / turned.topRows<2>().squaredNorm();
    if (!(fit.scale_px_per_mm > 0)) return {};
    Solid seen = turned;
    seen.topRows<2>() = points / fit.scale_px_per_mm;
    fit.rotation = ClosestRotation(seen * face.transpose());
  }
  return fit;
}

double Degrees(double radians) { return radians * 180 / std::numbers::pi; }

}  // namespace

RigidPoints FrontalFace_mm() {
  RigidPoints face;
  face.row(0) << 0, 0, 0, 0, -15, -8, 0, 8, 15, -45, -20, 20, 45;
  face.row(1) << 0, 12.5, 24.5, 37, 47, 49, 51, 49, 47, 4, 5, 5, 4;
  return face;
}

HeadPose FitHeadPose(const Landmarks& landmarks) {
  static const Solid kFace = MeanFace();
  Planar points = RigidPointsOf(landmarks);
  const Eigen::Vector2d middle = points.rowwise().mean();
  points.colwise() -= middle;
  const Projection fit = FitProjection(kFace, points);
  const Eigen::Matrix3d& r = fit.rotation;
  const Eigen::Vector3d ahead = -r.col(2);
  return {.yaw_deg = Degrees(std::atan2(ahead.x(), -ahead.z())),
          .pitch_deg = Degrees(std::asin(std::clamp(-ahead.y(), -1.0, 1.0))),
          .roll_deg = Degrees(std::atan2(r(1, 0), r(1, 1))),
          .width_px = fit.scale_px_per_mm * kJawWidth_mm};
}

}  // namespace mestr::internal
