// One face in one frame, with the pixels that its crop is made of.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "face/similarity.h"
#include "mestr/face/face.h"

namespace mestr::internal {

// What fails in this stage, for errors.
inline constexpr char kLookingAtFace[] = "looking at the face";

struct SeenFace {
  std::int64_t index = 0;  // of the frame
  double time_s = 0;
  cv::Mat patch_bgr;     // the face with room around it
  cv::Point origin;      // of the patch in the frame, px
  RigidPoints points;    // px of the frame
  double detection = 0;  // the detector's score at the last look, > 0
  FrameFace face;
};

// The part of `box` that lies in the image.
inline cv::Rect InsideImage(const cv::Rect& box, const cv::Mat& image) {
  return box & cv::Rect(0, 0, image.cols, image.rows);
}

// Share of the two boxes' union that both have, in [0, 1].
inline double Overlap(const cv::Rect& a, const cv::Rect& b) {
  const double both = (a & b).area();
  return both > 0 ? both / (a.area() + b.area() - both) : 0;
}

}  // namespace mestr::internal
