// How much of a face moves by itself, in pixels: what a normalised row of features does not say.
#pragma once

#include <opencv2/core/mat.hpp>

namespace mestr::internal {

// Of a flow `u`, `v` (float, px of the crop): the mean flow of each block of 8 x 8 px, less the
// median over all blocks, which is the head's; then the length that 95 % of the blocks do not
// reach. Noise and what a codec changes average out within a block. px of the crop, >= 0.
float MotionOf(const cv::Mat& u, const cv::Mat& v);

}  // namespace mestr::internal
