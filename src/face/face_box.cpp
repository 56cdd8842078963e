#include "face/face_box.h"

#include <algorithm>
#include <cmath>

namespace mestr::internal {
namespace {

// iBUG 300-W: [first, last].
cv::Point2d MeanOf(const Landmarks& landmarks, int first, int last) {
  cv::Point2d sum(0, 0);
  for (int i = first; i <= last; ++i) sum += cv::Point2d(landmarks[i]);
  return sum / (last - first + 1.0);
}

double Distance(const cv::Point2d& a, const cv::Point2d& b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

}  // namespace

cv::Rect FaceBoxOf(const Landmarks& landmarks) {
  const cv::Point2d right_eye = MeanOf(landmarks, 36, 41);
  const cv::Point2d left_eye = MeanOf(landmarks, 42, 47);
  const cv::Point2d eyes = (right_eye + left_eye) / 2;
  const cv::Point2d mouth = MeanOf(landmarks, 48, 67);
  // A nod shortens one of the two, a turn the other.
  const double side = std::max(2.25 * Distance(eyes, mouth), 2.5 * Distance(right_eye, left_eye));
  const cv::Point2d center = (eyes + mouth) / 2;
  const int side_px = static_cast<int>(std::lround(side));
  return {static_cast<int>(std::lround(center.x - side / 2)),
          static_cast<int>(std::lround(center.y - side / 2)), side_px, side_px};
}

}  // namespace mestr::internal
