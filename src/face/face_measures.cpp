#include "face/face_measures.h"

#include <algorithm>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "face/area_resize.h"
#include "face/head_pose.h"

namespace mestr::internal {
namespace {

constexpr double kReferenceWidth_px = 200;
constexpr int kSharpnessSide_px = 96;

double Distance(const cv::Point& a, const cv::Point& b) { return cv::norm(a - b); }

// Of the six points of an eye, corner to corner along the upper lid and back.
double OpennessOf(const Landmarks& points, std::size_t first) {
  const double length = Distance(points[first], points[first + 3]);
  if (length == 0) return 0;
  const double height = (Distance(points[first + 1], points[first + 5]) +
                         Distance(points[first + 2], points[first + 4])) /
                        2;
  return height / length;
}

// Sum of the steps between neighbours, x to the right (dx = 1) or down.
double LostToBlur(const cv::Mat& gray, int dx) {
  constexpr int kBlur_px = 9;
  const int dy = 1 - dx;
  const auto steps = [&](const cv::Mat& image) {
    const cv::Rect here(0, 0, image.cols - dx, image.rows - dy);
    cv::Mat difference;
    cv::absdiff(image(here), image(here + cv::Point(dx, dy)), difference);
    return difference;
  };
  cv::Mat blurred;
  cv::blur(gray, blurred, dx == 1 ? cv::Size(kBlur_px, 1) : cv::Size(1, kBlur_px));
  const cv::Mat sharp_steps = steps(gray);
  const double all = cv::sum(sharp_steps)[0];
  if (all == 0) return 0;
  cv::Mat lost;
  cv::subtract(sharp_steps, steps(blurred), lost);  // saturates at 0
  return cv::sum(lost)[0] / all;
}

std::int16_t Short(int value) {
  using Limits = std::numeric_limits<std::int16_t>;
  return static_cast<std::int16_t>(std::clamp<int>(value, Limits::min(), Limits::max()));
}

}  // namespace

EyeOpenness EyeOpennessOf(const Landmarks& landmarks) {
  constexpr std::size_t kRightEye = 36;
  constexpr std::size_t kLeftEye = 42;
  return {OpennessOf(landmarks, kRightEye), OpennessOf(landmarks, kLeftEye)};
}

double MouthOpening(const Landmarks& landmarks) {
  return (Distance(landmarks[61], landmarks[67]) + Distance(landmarks[62], landmarks[66]) +
          Distance(landmarks[63], landmarks[65])) /
         3;
}

double HeadMotion(const RigidPoints& before, const RigidPoints& now) {
  return (now - before).rowwise().mean().norm();
}

double Sharpness(const cv::Mat& patch_bgr) {
  const cv::Mat small = AreaResize(patch_bgr, cv::Size(kSharpnessSide_px, kSharpnessSide_px));
  cv::Mat gray;
  cv::cvtColor(small, gray, cv::COLOR_BGR2GRAY);
  return std::min(LostToBlur(gray, 1), LostToBlur(gray, 0));
}

FrameFace MeasureFace(const cv::Mat& patch_bgr, const cv::Rect& box, const Landmarks& landmarks,
                      const std::optional<RigidPoints>& before) {
  FrameFace face;
  face.box = box;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    face.landmarks[i] = {Short(landmarks[i].x), Short(landmarks[i].y)};
  }
  const HeadPose pose = FitHeadPose(landmarks);
  face.yaw_deg = static_cast<float>(pose.yaw_deg);
  face.pitch_deg = static_cast<float>(pose.pitch_deg);
  face.roll_deg = static_cast<float>(pose.roll_deg);
  face.width_px = static_cast<float>(pose.width_px);
  face.sharpness = static_cast<float>(Sharpness(patch_bgr));
  const EyeOpenness eyes = EyeOpennessOf(landmarks);
  face.right_eye_openness = static_cast<float>(eyes.right);
  face.left_eye_openness = static_cast<float>(eyes.left);
  if (pose.width_px > 0) {
    const double scale = kReferenceWidth_px / pose.width_px;
    face.mouth_opening_px = static_cast<float>(scale * MouthOpening(landmarks));
    if (before) {
      face.head_motion_px =
          static_cast<float>(scale * HeadMotion(*before, RigidPointsOf(landmarks)));
    }
  }
  return face;
}

}  // namespace mestr::internal
