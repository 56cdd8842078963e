// What depends only on the options and on the size of the images: the pyramid, the tables.
#pragma once

#include <vector>

#include "flow/tvl1_arithmetic.h"
#include "flow/tvl1_pixels.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal::tvl1 {

// How one image is resized to another size.
struct ResizePlan {
  ResizeKind kind = ResizeKind::kLinear;
  int source_width = 0;
  int source_height = 0;
  std::vector<LinearTap> x;  // one per column of the result
  std::vector<LinearTap> y;  // one per row of the result

  int width() const { return static_cast<int>(x.size()); }
  int height() const { return static_cast<int>(y.size()); }
};

struct Level {
  int width = 0;
  int height = 0;
  float stop_error = 0;     // iterations of a warping stop at this sum of squared steps
  ResizePlan from_finer;    // image of the next finer level to this one; empty at level 0
  ResizePlan from_coarser;  // flow of the next coarser level to this one; empty at the top
};

struct Plan {
  Constants constants;
  std::vector<Level> levels;  // [0] has the size of the images
};

// `options` are valid (CheckTvl1Options), sizes at least 16 px.
Plan MakePlan(const Tvl1Options& options, int width, int height);

}  // namespace mestr::internal::tvl1
