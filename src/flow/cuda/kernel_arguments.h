// What the engine hands to the kernel: plain values and device pointers. C++17 and no containers,
// because nvcc compiles it too.
#pragma once

#include <cstddef>
#include <cstdint>

#include "flow/tvl1_arithmetic.h"
#include "flow/tvl1_pixels.h"

namespace mestr::internal::tvl1::cuda {

// A ResizePlan whose tables lie in KernelArguments::taps.
struct DeviceResize {
  ResizeKind kind;
  int source_width;
  int source_height;
  int first_tap_x;
  int first_tap_y;
};

struct DeviceLevel {
  int width;
  int height;
  float stop_error;
  std::size_t image_offset;   // of this level within a pyramid
  DeviceResize from_finer;    // unused at level 0
  DeviceResize from_coarser;  // unused at the top
};

// Memory of one slot, in floats: planes that are as large as level 0, then the pyramids of both
// images.
constexpr int kStatePlanes = 10;     // StatePlanes, where they are not in shared memory
constexpr int kGradientPlanes = 2;   // gradient of the second image
constexpr int kTemporaryPlanes = 2;  // flow before a median filter, or of the coarser level
constexpr int kWorkspacePlanes = kStatePlanes + kGradientPlanes + kTemporaryPlanes;

struct KernelArguments {
  const DeviceLevel* levels;
  int level_count;
  const LinearTap* taps;
  const CubicWeights* cubic_weights;  // kWarpSteps
  Constants constants;
  int warps;
  int outer_iterations;
  int inner_iterations;
  int median_size;  // 1, 3 or 5

  int pairs;
  const std::uint8_t* images;  // of pair i: `from` at 2 i, `to` at 2 i + 1, no padding
  float* flows;                // of pair i: u at 2 i, v at 2 i + 1, no padding
  int* next_pair;              // 0 before the launch; slots take their pairs from it

  float* workspace;          // one part per slot
  std::size_t slot_floats;   // size of a part
  std::size_t plane_floats;  // width * height of level 0
  std::size_t pyramid_floats;
  std::size_t shared_floats;  // of shared memory for planes, per slot
};

}  // namespace mestr::internal::tvl1::cuda
