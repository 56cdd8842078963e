#include "report/steady_face.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "face/crop.h"
#include "face/face_box.h"

namespace mestr::internal {
namespace {

// The crop shows more than what methods look at: brows and chin with what is around them.
constexpr double kShown = 1.15;
// Room for a head that moves.
constexpr double kKept = 1.6;

cv::Rect2d Enlarged(const cv::Rect& box, double times) {
  const cv::Point2d middle(box.x + box.width / 2.0, box.y + box.height / 2.0);
  const cv::Size2d size(box.width * times, box.height * times);
  return {middle.x - size.width / 2, middle.y - size.height / 2, size.width, size.height};
}

}  // namespace

void SteadyFace::Push(const cv::Mat& frame_bgr, const cv::Rect& box) {
  const Landmarks landmarks = finder_.FindLandmarks(frame_bgr, box);
  Sample sample;
  sample.face = FaceBoxOf(landmarks);
  sample.points = RigidPointsOf(landmarks);
  const cv::Rect all({0, 0}, frame_bgr.size());
  cv::Rect part = Enlarged(sample.face, kKept);
  part &= all;
  if (part.empty()) part = all;  // landmarks outside of the picture
  const double shrink = std::max(1.0, sample.face.width * kShown / side_px_);
  const cv::Size size(std::max(1, static_cast<int>(std::lround(part.width / shrink))),
                      std::max(1, static_cast<int>(std::lround(part.height / shrink))));
  cv::resize(frame_bgr(part), sample.part_bgr, size, 0, 0, cv::INTER_AREA);
  sample.origin = part.tl();
  sample.px_of_frame = {static_cast<double>(part.width) / size.width,
                        static_cast<double>(part.height) / size.height};
  samples_.push_back(std::move(sample));
}

// CutAligned with the crop itself as the first frame: from there to the first frame, to this one,
// and to the part of it, each from pixel centre to pixel centre.
cv::Mat SteadyFace::Crop(const Sample& sample, const Similarity& frame_from_first,
                         const cv::Rect2d& box) const {
  const double step = box.width / side_px_;
  const Eigen::Vector2d half(0.5, 0.5);
  const Eigen::Vector2d corner(box.x, box.y);
  const Eigen::Vector2d origin(sample.origin.x, sample.origin.y);
  const Eigen::Vector2d shrink(1 / sample.px_of_frame.x, 1 / sample.px_of_frame.y);
  Similarity part_from_crop;
  part_from_crop.linear = shrink.asDiagonal() * frame_from_first.linear * step;
  const Eigen::Vector2d first_pixel = corner + half * step - half;
  part_from_crop.translation =
      shrink.cwiseProduct(frame_from_first(first_pixel) - origin + half) - half;
  return CutAligned(sample.part_bgr, {0, 0}, {0, 0, side_px_, side_px_}, part_from_crop, side_px_);
}

std::vector<cv::Mat> SteadyFace::Crops(std::size_t reference) const {
  const double sigma_frames = FaceOptions().smoothing_s * fps_;
  std::vector<RigidPoints> points;
  for (const Sample& sample : samples_) points.push_back(sample.points);
  const auto smoothed = [&](std::size_t i) { return SmoothAt(points, i, sigma_frames); };
  const RigidPoints target = smoothed(reference);
  const cv::Rect2d box = Enlarged(samples_[reference].face, kShown);
  std::vector<cv::Mat> crops;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    crops.push_back(Crop(samples_[i], FitSimilarity(target, smoothed(i)), box));
  }
  return crops;
}

}  // namespace mestr::internal
