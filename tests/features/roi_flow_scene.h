// Made-up faces and frames for the features of windows.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "features/reference_face.h"

namespace mestr {

struct MadeUpFace {
  internal::FoundFace in_frame;
  Landmarks crop_landmarks{};
};

// A face whose inner eye corners are 2 x `half_px` apart, their middle at `middle`.
MadeUpFace FaceAt(const cv::Point& middle, int half_px);
// In the middle of a frame, with its chin inside where it fits.
MadeUpFace FaceIn(const cv::Size& frame, int half_px);

// Gives the same face for every frame but the first `first_face` ones it is asked about.
class MadeUpFinder final : public internal::ReferenceFaceFinder {
 public:
  MadeUpFinder(MadeUpFace face, int first_face) : face_(std::move(face)), first_face_(first_face) {}
  std::optional<internal::FoundFace> FindInFrame(const cv::Mat&) override {
    if (asked_++ < first_face_) return std::nullopt;
    return face_.in_frame;
  }
  std::optional<Landmarks> FindInCrop(const cv::Mat&) override { return face_.crop_landmarks; }

 private:
  MadeUpFace face_;
  int first_face_;
  int asked_ = 0;
};

class SteadyFinder final : public internal::ReferenceFaceFinder {
 public:
  explicit SteadyFinder(MadeUpFace face) : face_(std::move(face)) {}
  std::optional<internal::FoundFace> FindInFrame(const cv::Mat&) override { return face_.in_frame; }
  std::optional<Landmarks> FindInCrop(const cv::Mat&) override { return face_.crop_landmarks; }

 private:
  MadeUpFace face_;
};

// A texture, blurred by `blur_px`, that moves by `step_px` from frame to frame, with a patch of its
// own motion in it.
std::vector<cv::Mat> FramesWithMotion(const cv::Size& size, int count, const cv::Point2d& step_px,
                                      double blur_px = 2.5);

}  // namespace mestr
