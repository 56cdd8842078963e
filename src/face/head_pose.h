// Which way a head is turned, from its landmarks.
#pragma once

#include "mestr/core/landmarks.h"

namespace mestr::internal {

// Angles as in FrameFace.
struct HeadPose {
  double yaw_deg = 0;
  double pitch_deg = 0;
  double roll_deg = 0;
  double width_px = 0;  // between the jaw joints, were the head turned to the camera
};

// Scaled orthographic projection of a mean face onto the landmarks that no expression moves, by
// least squares. Single landmarks that are off by 1 % of the face's width turn it by 2 to 3
// degrees.
HeadPose FitHeadPose(const Landmarks& landmarks);

}  // namespace mestr::internal
