// Optical flow as people see it.
#pragma once

#include <opencv2/core/mat.hpp>

namespace mestr::internal {

// The colours of the Middlebury benchmark (Baker et al. 2011): the hue is the direction (red to the
// right, yellow down, cyan-blue to the left, purple up), from white where nothing moves to the full
// colour at `full_px`; what moves more is darker. `u` and `v` are float, of one size; BGR.
cv::Mat FlowColours(const cv::Mat& u, const cv::Mat& v, double full_px);

// The affine motion that most of the flow shares: the head's, where a face moves a little in it. By
// least absolute deviations (iteratively reweighted least squares), so that a part that moves by
// itself does not count.
struct SharedMotion {
  cv::Mat u;
  cv::Mat v;
};
SharedMotion SharedMotionOf(const cv::Mat& u, const cv::Mat& v);

// The displacement that one pixel in a hundred exceeds, but at least `least_px`: so that noise does
// not look like motion.
double FullColour_px(const cv::Mat& u, const cv::Mat& v, double least_px);

// `face_gray` in the colours of its flow, with arrows that are `full_px` long where they have the
// length of their raster. Where less than a quarter of it moves, there is no arrow.
cv::Mat FlowOverFace(const cv::Mat& face_gray, const cv::Mat& u, const cv::Mat& v, double full_px);

}  // namespace mestr::internal
