// "roi-flow-36-v1" and "roi-flow-10-v1", the motion of regions of the face against the first frame
// of a window (BoostingVRME 2025; ME-TST 2025).
#pragma once

#include <memory>

#include "mestr/features/window_extractor.h"

namespace mestr::internal {

inline constexpr char kRoiFlow36V1[] = "roi-flow-36-v1";
inline constexpr char kRoiFlow10V1[] = "roi-flow-10-v1";

// Values of a row: x and y of each region.
inline constexpr int kRoiFlow36Values = 36;
inline constexpr int kRoiFlow10Values = 10;

std::unique_ptr<WindowExtractor> MakeRoiFlow36V1(const WindowOptions& options);
std::unique_ptr<WindowExtractor> MakeRoiFlow10V1(const WindowOptions& options);

}  // namespace mestr::internal
