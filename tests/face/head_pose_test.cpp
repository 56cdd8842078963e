#include "face/head_pose.h"

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

// The same depths as the fitted face has (nose and corners of the eyes, mm), so that a turn is
// recovered and not only its direction.
Landmarks Turned(double yaw_deg, double pitch_deg, double roll_deg, double px_per_mm) {
  const RigidPoints face = FrontalFace_mm();
  const std::array<double, kRigidPoints.size()> depths = {0,   -9,  -19, -28, -10, -14, -17,
                                                          -14, -10, 19,  13,  13,  19};
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
  // Yaw to the right of the picture and pitch up turn against the axes' own sense (y down).
  const Eigen::Matrix3d turn = (Eigen::AngleAxisd(radians(-yaw_deg), Eigen::Vector3d::UnitY()) *
                                Eigen::AngleAxisd(radians(-pitch_deg), Eigen::Vector3d::UnitX()) *
                                Eigen::AngleAxisd(radians(roll_deg), Eigen::Vector3d::UnitZ()))
                                   .toRotationMatrix();
  Landmarks landmarks{};
  for (std::size_t i = 0; i < kRigidPoints.size(); ++i) {
    const auto column = static_cast<Eigen::Index>(i);
    const Eigen::Vector3d point =
        px_per_mm * (turn * Eigen::Vector3d(face(0, column), face(1, column), depths[i]));
    landmarks[kRigidPoints[i]] = {static_cast<int>(std::lround(500 + point.x())),
                                  static_cast<int>(std::lround(400 + point.y()))};
  }
  return landmarks;
}

TEST(HeadPose, RecoversTurnsFromRoundedLandmarks) {
  for (const double yaw : {-50.0, -20.0, 0.0, 35.0}) {
    for (const double pitch : {-30.0, 0.0, 25.0}) {
      for (const double roll : {-25.0, 0.0, 40.0}) {
        const HeadPose pose = FitHeadPose(Turned(yaw, pitch, roll, 3));
        EXPECT_NEAR(pose.yaw_deg, yaw, 1.5) << yaw << ' ' << pitch << ' ' << roll;
        EXPECT_NEAR(pose.pitch_deg, pitch, 1.5) << yaw << ' ' << pitch << ' ' << roll;
        EXPECT_NEAR(pose.roll_deg, roll, 1.5) << yaw << ' ' << pitch << ' ' << roll;
        EXPECT_NEAR(pose.width_px, 3 * kJawWidth_mm, 6) << yaw << ' ' << pitch << ' ' << roll;
      }
    }
  }
}

TEST(HeadPose, ANoseThatPointsRightIsYawAboveZero) {
  Landmarks landmarks = Turned(0, 0, 0, 2);
  landmarks[30].x += 15;
  EXPECT_GT(FitHeadPose(landmarks).yaw_deg, 3);
}

TEST(HeadPose, ANoseThatPointsUpIsPitchAboveZero) {
  Landmarks landmarks = Turned(0, 0, 0, 2);
  landmarks[30].y -= 15;
  EXPECT_GT(FitHeadPose(landmarks).pitch_deg, 3);
}

TEST(HeadPose, PointsThatAreAllOneHaveNoWidth) { EXPECT_EQ(FitHeadPose(Landmarks{}).width_px, 0); }

}  // namespace
}  // namespace mestr::internal
