// What the landmarks and the pixels of a face say about one frame.
#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>

#include "face/similarity.h"
#include "mestr/face/face.h"

namespace mestr::internal {

struct EyeOpenness {
  double right = 0;  // the person's own: at the left of the picture
  double left = 0;
};
// As in FrameFace.
EyeOpenness EyeOpennessOf(const Landmarks& landmarks);

// Mean distance of the inner lips, px.
double MouthOpening(const Landmarks& landmarks);

// How far the middle of the rigid points moves, px.
double HeadMotion(const RigidPoints& before, const RigidPoints& now);

// In [0, 1], of an 8-bit BGR image of a face with room around it: how much of its finest structure
// a blur takes away, in the direction in which it takes less (after Crete et al., 2007). An image
// that is blurred already loses little.
double Sharpness(const cv::Mat& patch_bgr);

// All of FrameFace but cause, track, and confidence. `patch_bgr` is `box` with room around it;
// `before` are the rigid points of the frame before.
FrameFace MeasureFace(const cv::Mat& patch_bgr, const cv::Rect& box, const Landmarks& landmarks,
                      const std::optional<RigidPoints>& before);

}  // namespace mestr::internal
