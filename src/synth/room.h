// What is behind the person: a room out of focus.
#pragma once

#include <opencv2/core/mat.hpp>

#include "synth/portable_math.h"

namespace mestr::internal::synth {

// CV_32FC3, linear light.
cv::Mat PaintRoom(cv::Size size, Random& random);

}  // namespace mestr::internal::synth
