// Cutting one aligned gray crop out of a frame.
#pragma once

#include <opencv2/core/mat.hpp>

#include "face/similarity.h"

namespace mestr::internal {

// [box] of the frame, resized to a square (bilinear), BGR. `box` lies inside the frame.
cv::Mat CutBox(const cv::Mat& frame_bgr, const cv::Rect& box, int side_px);

// What CutBox would give if the frame looked like the first one: pixel centres of the crop are
// taken to the first frame through `box`, from there to this frame by `frame_from_first`, and
// sampled bilinearly at full precision (a step of 1/32 px, as in cv::warpAffine, would itself be
// motion). `patch_bgr` is the part of the frame whose top left pixel is `patch_origin`; outside of
// it the nearest pixel counts.
cv::Mat CutAligned(const cv::Mat& patch_bgr, const cv::Point& patch_origin, const cv::Rect& box,
                   const Similarity& frame_from_first, int side_px);

}  // namespace mestr::internal
