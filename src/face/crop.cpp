#include "face/crop.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace mestr::internal {
namespace {

// The two neighbours of a coordinate and the weight of the second; clamped to the image.
struct Tap {
  int first;
  int second;
  float weight;
};

Tap TapAt(double position, int size) {
  const double clamped = std::clamp(position, 0.0, static_cast<double>(size - 1));
  const int first = std::min(static_cast<int>(clamped), std::max(0, size - 2));
  return {first, std::min(first + 1, size - 1), static_cast<float>(clamped - first)};
}

cv::Vec3b SampleBilinear(const cv::Mat& image_bgr, const Eigen::Vector2d& at) {
  const Tap x = TapAt(at.x(), image_bgr.cols);
  const Tap y = TapAt(at.y(), image_bgr.rows);
  const auto* top = image_bgr.ptr<cv::Vec3b>(y.first);
  const auto* bottom = image_bgr.ptr<cv::Vec3b>(y.second);
  cv::Vec3b sample;
  for (int c = 0; c < 3; ++c) {
    const float above = top[x.first][c] + x.weight * (top[x.second][c] - top[x.first][c]);
    const float below = bottom[x.first][c] + x.weight * (bottom[x.second][c] - bottom[x.first][c]);
    sample[c] = static_cast<unsigned char>(std::lround(above + y.weight * (below - above)));
  }
  return sample;
}

}  // namespace

cv::Mat CutBox(const cv::Mat& frame_bgr, const cv::Rect& box, int side_px) {
  cv::Mat crop;
  cv::resize(frame_bgr(box), crop, {side_px, side_px}, 0, 0, cv::INTER_LINEAR);
  return crop;
}

cv::Mat CutAligned(const cv::Mat& patch_bgr, const cv::Point& patch_origin, const cv::Rect& box,
                   const Similarity& frame_from_first, int side_px) {
  const Eigen::Vector2d step(static_cast<double>(box.width) / side_px,
                             static_cast<double>(box.height) / side_px);
  const Eigen::Vector2d corner(box.x - 0.5, box.y - 0.5);
  const Eigen::Vector2d origin(patch_origin.x, patch_origin.y);
  cv::Mat crop(side_px, side_px, CV_8UC3);
  for (int y = 0; y < side_px; ++y) {
    for (int x = 0; x < side_px; ++x) {
      const Eigen::Vector2d first = corner + Eigen::Vector2d(x + 0.5, y + 0.5).cwiseProduct(step);
      crop.at<cv::Vec3b>(y, x) = SampleBilinear(patch_bgr, frame_from_first(first) - origin);
    }
  }
  return crop;
}

}  // namespace mestr::internal
