// "roi-flow-36-v1" and "roi-flow-10-v1", the motion of regions of the face against the first frame
// of a window that shows one (BoostingVRME 2025, ME-TST 2025; docs/video-level.md).
#pragma once

#include <memory>

#include "features/reference_face.h"
#include "mestr/features/window_extractor.h"

namespace mestr::internal {

inline constexpr char kRoiFlow36V1[] = "roi-flow-36-v1";
inline constexpr char kRoiFlow10V1[] = "roi-flow-10-v1";

// Values of a row: x and y of each region, in the order of RoiRegions().
inline constexpr int kRoiFlow36Values = 36;
inline constexpr int kRoiFlow10Values = 10;

std::unique_ptr<WindowExtractor> MakeRoiFlow36V1(const WindowOptions& options);
std::unique_ptr<WindowExtractor> MakeRoiFlow10V1(const WindowOptions& options);

// With a finder of one's own; `spec` is one of the two kinds'.
std::unique_ptr<WindowExtractor> MakeRoiFlow(WindowSpec spec,
                                             std::unique_ptr<ReferenceFaceFinder> finder);

// The box around a face, 9 by 9 half distances of the inner corners of the eyes; right and bottom
// may lie outside the frame. Empty where the corners are less than 2 px apart.
cv::Rect RoiBoxOf(const Landmarks& frame_landmarks);

}  // namespace mestr::internal
