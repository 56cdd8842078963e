// What depends only on the options and on the size of the images: the pyramid, the tables.
#pragma once

#include <vector>

#include "flow/tvl1_arithmetic.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::tvl1 {

// How one image is resized to another size: cv::resize's INTER_LINEAR for float.
struct ResizePlan {
  enum class Kind {
    kCopy,    // sizes are equal
    kLinear,  // weighted neighbours along each axis
    kHalve,   // a scale of exactly 2 along both axes: the mean of 2 x 2 px, as cv::resize does
  };
  Kind kind = Kind::kLinear;
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

}  // namespace mestr::tvl1
