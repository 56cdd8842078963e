// The 68 landmarks of a face.
#pragma once

#include <array>
#include <opencv2/core/types.hpp>

namespace mestr {

// dlib's order (iBUG 300-W), in px of whatever image they were found in; whole numbers as dlib
// gives them, possibly outside the image.
using Landmarks = std::array<cv::Point, 68>;

}  // namespace mestr
