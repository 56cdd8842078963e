// Which way a head is turned, from its landmarks.
#pragma once

#include "face/similarity.h"
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

// The rigid points of a mean face that looks into the camera, in mm: x to the right of the picture,
// y down, from the top of the nose's bridge. It is kJawWidth_mm wide.
RigidPoints FrontalFace_mm();
inline constexpr double kJawWidth_mm = 140;

}  // namespace mestr::internal
