// Smaller images of frames and faces.
#pragma once

#include <opencv2/core/mat.hpp>

namespace mestr::internal {

// cv::resize with cv::INTER_AREA: pixels that are the means of the parts of the image that they
// cover. Where an 8-bit BGR image shrinks by anything but whole numbers, OpenCV adds pixel after
// pixel and waits for each; here rows go side by side, with its order of every sum: a fifth of the
// time from 2040 x 1088 to 32 x 32 px. The bits are those of an OpenCV whose compiler fuses no
// multiplication with an addition (Debian's for x86).
cv::Mat AreaResize(const cv::Mat& image, const cv::Size& size_px);

// To `factor` times its width and height.
cv::Mat AreaResize(const cv::Mat& image, double factor);

}  // namespace mestr::internal
