// The loops of TV-L1 over one level of the pyramid, once per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flow/plane.h"
#include "flow/tvl1_arithmetic.h"
#include "flow/tvl1_plan.h"

namespace mestr::internal::tvl1 {

// Everything the iterations touch, interleaved by rows: the arrays of row y lie side by side, so
// that a sweep over an image walks through memory once. Before the first pixel of an array's row
// lie kPad floats that stay 0, after the last one up to kPad that hold nothing of use; row -1 of
// every array exists and stays 0.
struct State {
  enum Array : int { kU, kV, kUx, kUy, kVx, kVy, kIx, kIy, kGrad, kRho, kStep, kArrays };
  // u, v; dual variables of u and v; data term; squared step of the last iteration.

  static constexpr std::ptrdiff_t kPad = 16;  // the floats of the widest vector, 64 bytes

  float* data = nullptr;  // row 0 of kU, aligned to 64 bytes
  int width = 0;
  int height = 0;
  std::ptrdiff_t array_pitch = 0;  // floats from one array of a row to the next

  std::ptrdiff_t row_pitch() const { return array_pitch * kArrays; }
  float* row(int y, Array array) const { return data + y * row_pitch() + array * array_pitch; }
  Plane<float> plane(Array array) const { return {data + array * array_pitch, row_pitch()}; }
};

// The second image with its gradient, as the warp reads it: four floats a pixel (value, gradient
// along x and y, 0), kBorder px of zeros on each side. Columns are contiguous, not rows, because
// the four taps of a column are multiplied and added side by side.
struct WarpSource {
  static constexpr int kBorder = 4;
  static constexpr int kChannels = 4;

  float* data = nullptr;  // pixel (0, 0), aligned to 64 bytes
  int width = 0;
  int height = 0;

  // Floats from one column to the next. Not a power of two, which would crowd a few cache sets.
  std::ptrdiff_t pitch() const { return (height + 2 * kBorder + 1) * std::ptrdiff_t{kChannels}; }
  float* pixel(int x, int y) const { return data + x * pitch() + y * std::ptrdiff_t{kChannels}; }
};

struct WarpTable {
  WarpTable();
  CubicWeights axis[kWarpSteps];
  // The weights along y, each repeated for all channels: a column of taps.
  alignas(64) float column[kWarpSteps][kWarpTaps * WarpSource::kChannels];
};

// Memory for the kernels' own use, aligned to 64 bytes; nothing in it lasts.
struct Scratch {
  static std::ptrdiff_t Floats(int width, int height);
  static std::ptrdiff_t Ints(int width);

  float* floats = nullptr;
  std::int32_t* ints = nullptr;
};

struct Kernels {
  const char* name;

  // `dst` has the size of the plan's result and may not be `src`. Values are scaled by `factor`.
  void (*resize)(const ResizePlan& plan, Plane<const float> src, Plane<float> dst, double factor,
                 const Scratch& scratch);
  void (*gradient)(Plane<const float> image, const WarpSource& dst);
  // Fills kIx, kIy, kGrad, kRho from the flow in kU, kV. Rows of `from` are aligned to 64 bytes and
  // may be read to a multiple of kPad.
  void (*warp)(const WarpSource& source, const WarpTable& table, Plane<const float> from,
               const State& state, const Scratch& scratch);
  // In place, windows of `size` (3 or 5), the image's border repeated.
  void (*median)(const State& state, State::Array array, int size, const Scratch& scratch);
  // One iteration, with kStep; gives the sum of kStep in an order of its own (DecideStop).
  float (*iterate)(const State& state, const Constants& constants);
  // The same with fused multiply-add and approximate reciprocals, without kStep.
  float (*iterate_fast)(const State& state, const Constants& constants);
};

// Plain C++ from tvl1_arithmetic.h.
const Kernels& ScalarKernels();

// All that this machine runs, the best instruction set first, ScalarKernels last.
std::vector<const Kernels*> SupportedKernels();

}  // namespace mestr::internal::tvl1
