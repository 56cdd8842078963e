// Where the regions of "roi-flow-36-v1" lie: patches of the crop, and windows in them.
#pragma once

#include <array>
#include <opencv2/core/types.hpp>
#include <span>

#include "mestr/core/landmarks.h"
#include "mestr/core/window_layout.h"

namespace mestr::internal {

inline constexpr int kRoiCropSide_px = 320;

enum RoiPatch : int {
  kLeftBrow,  // left in the picture
  kRightBrow,
  kMouth,
  kNoseSides,
  kLeftEye,  // below it
  kRightEye,
  kRoiPatches
};

// One of the 18 regions.
struct RoiRegion {
  RoiPatch patch;
  // The landmark that the window stands around; -1: the whole patch without its margins.
  int landmark;
  int up, down, left, right;  // px from the landmark, of the half-open window
  double share;               // of the longest vectors, for TopMean
  bool in_ten;                // one of "roi-flow-10-v1"
};

std::span<const RoiRegion> RoiRegions();

// For one reference face. Rectangles may be empty.
struct RoiLayout {
  std::array<cv::Rect, kRoiPatches> patches;  // px of the crop, inside it
  std::array<cv::Rect, 18> windows;           // of RoiRegions(), px of their patch, inside it
  cv::Rect nose;                              // px of the crop, inside it
  cv::Rect nose_window;                       // px of the nose's patch, inside it
};

// kPublished: negative starts of a range count from its other end, as Python's slices do, and a
// window stands where it would if no border had cut its patch. kMended: both are cut at borders,
// windows stand at their landmarks, and the right brow's patch mirrors the left one's.
RoiLayout RoiLayoutOf(const Landmarks& crop_landmarks, FeaturesVariant variant);

}  // namespace mestr::internal
