// The square that a face's landmarks give: the same part of every face.
#pragma once

#include <opencv2/core/types.hpp>

#include "mestr/core/landmarks.h"

namespace mestr::internal {

// From above the brows to below the chin, in px of the image; may reach out of it. The detector's
// box, in steps of a fifth of its size, is off by up to a tenth of it from face to face.
cv::Rect FaceBoxOf(const Landmarks& landmarks);

}  // namespace mestr::internal
