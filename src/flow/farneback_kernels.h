// The loops of Farneback's flow over one level of one patch, once per instruction set. All give the
// bits of OpenCV 4.6's calcOpticalFlowFarneback built for plain x86-64: the same operations on the
// same types (float or double) in the same order, nothing fused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flow/plane.h"
#include "mestr/core/image_view.h"

namespace mestr::internal::farneback {

inline constexpr int kPolyRadius = 7;    // poly_n
inline constexpr int kWindowRadius = 7;  // of winsize 15
inline constexpr int kChannels = 5;

// Five values a pixel: a polynomial (y, x, y^2, x^2, xy) or the equations of the flow (g11, g12,
// g22, h1, h2). The rows of the five lie side by side. What lies between rows, in the kPad floats
// before the first one and in the kRowsBelow rows after the last one may be read and holds nothing
// of use.
struct Channels {
  static constexpr std::ptrdiff_t kPad = 32;
  static constexpr int kRowsBelow = 2;

  float* data = nullptr;  // row 0 of the first channel, aligned to 64 bytes
  int width = 0;
  int height = 0;
  std::ptrdiff_t pitch = 0;  // floats from one channel of a row to the next

  float* row(int y, int channel) const { return data + (y * kChannels + channel) * pitch; }

  static std::ptrdiff_t Pitch(int width) { return 2 * kPad + RoundUpFloats(width); }
  static std::ptrdiff_t Floats(int width, int height) {
    return Pitch(width) * kChannels * (height + kRowsBelow);
  }
};

// Rows of a flow or an image: written to a multiple of 16 floats.
struct Flow {
  Plane<float> u;
  Plane<float> v;
};

// The Gaussian of the polynomial expansion and the inverse of its moments.
struct Basis {
  Basis();
  float g[kPolyRadius + 1];
  float xg[kPolyRadius + 1];
  float xxg[kPolyRadius + 1];
  double ig11;
  double ig03;
  double ig33;
  double ig55;
};

// Memory for the kernels' own use, aligned to 64 bytes; nothing in it lasts.
struct Scratch {
  static constexpr int kTurnedColumns = 32;  // a power of two

  static std::ptrdiff_t Floats(int width);
  static std::ptrdiff_t Doubles(int width);

  float* floats = nullptr;
  double* doubles = nullptr;
};

// How much pixels count, towards the border of the image less.
class BorderScale {
 public:
  // `memory`: two rows of RoundUpFloats(width).
  BorderScale(int width, int height, float* memory);

  // A pixel counts as much as its column, times `above`, times `below`, in this order. Valid until
  // the next call.
  struct Row {
    const float* columns;
    float above;
    float below;
  };
  Row OfRow(int y);

 private:
  int width_;
  int height_;
  float* outer_;  // columns of rows that are border
  float* inner_;  // columns of the other rows, what `inner_of_` says multiplied in
  Row inner_of_ = {};
};

struct Kernels {
  const char* name;

  // The 3 x 3 binomial filter, the image mirrored about its border pixels.
  void (*smooth)(const ImageView<const std::uint8_t>& image, Plane<float> smoothed,
                 const Scratch& scratch);
  // The polynomials of an image; its rows may be read to a multiple of 16 floats.
  void (*expand)(Plane<const float> image, const Basis& basis, const Channels& polynomials,
                 const Scratch& scratch);
  // The equations of each pixel, given the flow so far.
  void (*equations)(const Channels& from, const Channels& to, const Flow& flow,
                    const Channels& equations, const Scratch& scratch);
  // The flow that solves the equations' means over the window.
  void (*solve)(const Channels& equations, const Flow& flow, const Scratch& scratch);
};

// Plain C++.
const Kernels& ScalarKernels();

// All that this machine runs, the best instruction set first, ScalarKernels last.
std::vector<const Kernels*> SupportedKernels();

}  // namespace mestr::internal::farneback
