// The arithmetic of TV-L1, one pixel at a time: the one source that the scalar kernels, the SIMD
// kernels (tested equal to the scalar ones) and the CUDA kernels share.
//
// Every function gives the bits of OpenCV 4.6's DualTVL1 (compiled for x86-64, glibc 2.36). That
// fixes the order of every sum, so do not simplify an expression here: (a + b) - c and a + (b - c)
// differ in the last bit, and the warp's 1/32 px grid and the stop test turn one bit into visible
// differences. Compile with -ffp-contract=off (nvcc: --fmad=false), IEEE division and square root,
// denormals on. The sign of a zero is not part of the promise where a value has underflowed.
#pragma once

#include <cmath>

#if defined(__CUDACC__)
#define MESTR_HOST_DEVICE __host__ __device__
#else
#define MESTR_HOST_DEVICE
#endif

namespace mestr::internal::tvl1 {

// Options in the precision in which the iterations use them.
struct Constants {
  float l_t;         // lambda * theta
  float theta;       // tightness of the coupling
  float taut;        // tau / theta
  double zoom_flow;  // 1 / scale_step: flow of one level in px of the next finer one
};

struct Vec2 {
  float x;
  float y;
};

struct Vec3 {
  float x;
  float y;
  float z;
};

// ---- pyramid ----------------------------------------------------------------------------------

// Two neighbours along one axis and their weights, for one coordinate of the resized image.
struct LinearTap {
  int index[2];
  float weight[2];
};

// `coordinate` of the resized axis, `scale` source px per resized px. As in cv::resize, the
// distance is float, and along x the outermost pixel stands alone beyond the image's edge, whereas
// along y (`clamp_weight` false) it is weighted twice.
MESTR_HOST_DEVICE inline LinearTap MakeLinearTap(int coordinate, double scale, int source_size,
                                                 bool clamp_weight) {
  float fraction = static_cast<float>((coordinate + 0.5) * scale - 0.5);
  int first = static_cast<int>(floor(static_cast<double>(fraction)));
  fraction -= static_cast<float>(first);
  if (clamp_weight && first < 0) {
    first = 0;
    fraction = 0.0F;
  }
  if (clamp_weight && first >= source_size - 1) {
    first = source_size - 1;
    fraction = 0.0F;
  }
  const int last = source_size - 1;
  const auto clamp = [last](int index) { return index < 0 ? 0 : (index > last ? last : index); };
  return {{clamp(first), clamp(first + 1)}, {1.0F - fraction, fraction}};
}

MESTR_HOST_DEVICE inline float Interpolate(float a, float b, const float weight[2]) {
  return a * weight[0] + b * weight[1];
}

MESTR_HOST_DEVICE inline float Scale(float value, double factor) {
  return static_cast<float>(value * factor);
}

// ---- gradient of the second image -------------------------------------------------------------

// Centred difference; at the border, where one neighbour is the pixel itself, half the one-sided
// difference.
MESTR_HOST_DEVICE inline float CentredDifference(float before, float after) {
  return 0.5F * (after - before);
}

// ---- warp: cubic interpolation on a grid of 1/32 px -------------------------------------------

constexpr int kWarpSteps = 32;
// Taps -1, 0, 1, 2 around the pixel.
constexpr int kWarpTaps = 4;

// Keys' cubic kernel with a = -0.75 at the four taps, for a fraction of step / 32 px.
struct CubicWeights {
  float tap[kWarpTaps];
};

MESTR_HOST_DEVICE inline CubicWeights MakeCubicWeights(int step) {
  const float a = -0.75F;
  const float x = static_cast<float>(step) * (1.0F / kWarpSteps);
  CubicWeights w;
  w.tap[0] = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
  w.tap[1] = ((a + 2) * x - (a + 3)) * x * x + 1;
  w.tap[2] = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1;
  w.tap[3] = 1.0F - w.tap[0] - w.tap[1] - w.tap[2];
  return w;
}

// Where a warped pixel is read: the top left of its 4 x 4 taps, and the steps beyond the pixel.
struct WarpPosition {
  int first;  // coordinate of tap 0
  int step;   // 0..31
};

// Far outside any image, and exact as an int.
constexpr float kFarthestPosition = 1048576.0F;

// Any position whose taps all lie outside gives 0, so far ones are moved to the nearest such place:
// taps stay within 4 px of the image.
MESTR_HOST_DEVICE inline WarpPosition MakeWarpPosition(int coordinate, float displacement,
                                                       int size) {
  const float position = (static_cast<float>(coordinate) + displacement) * kWarpSteps;
  const float limit = kFarthestPosition;
  const float clamped = position < -limit ? -limit : (position > limit ? limit : position);
  const int fixed = static_cast<int>(rintf(clamped));
  const int pixel = fixed >> 5;
  const int lowest = -3;
  const int highest = size + 1;
  return {(pixel < lowest ? lowest : (pixel > highest ? highest : pixel)) - 1,
          fixed & (kWarpSteps - 1)};
}

// True where all 4 x 4 taps lie inside an image of this size; there each row is summed on its own,
// elsewhere all taps are summed one after the other.
MESTR_HOST_DEVICE inline bool TapsAreInside(int first_x, int first_y, int width, int height) {
  return first_x >= 0 && first_x < width - 3 && first_y >= 0 && first_y < height - 3;
}

// What the iterations of one warping need to know about a pixel.
struct DataTerm {
  float ix;  // gradient of the warped image
  float iy;
  float grad;  // ix^2 + iy^2
  float rho;   // constant part of the residual
};

MESTR_HOST_DEVICE inline float SquaredGradient(float ix, float iy) { return ix * ix + iy * iy; }

// `warped` holds the second image and its gradient (x, y) at the displaced position.
MESTR_HOST_DEVICE inline DataTerm MakeDataTerm(Vec3 warped, float from, float u, float v) {
  return {warped.y, warped.z, SquaredGradient(warped.y, warped.z),
          warped.x - warped.y * u - warped.z * v - from};
}

// ---- one iteration ----------------------------------------------------------------------------

// Below this squared gradient (float's epsilon) the residual says nothing about the flow.
constexpr float kSmallestGradient = 1.1920928955078125e-07F;

// The thresholding step: flow that lowers the data term, near (u, v).
MESTR_HOST_DEVICE inline Vec2 Threshold(const DataTerm& data, float u, float v, float l_t) {
  const float rho = data.rho + (data.ix * u + data.iy * v);
  const float limit = l_t * data.grad;
  float factor = 0.0F;
  if (rho < -limit) {
    factor = l_t;
  } else if (rho > limit) {
    factor = -l_t;
  } else if (data.grad > kSmallestGradient) {
    factor = -rho / data.grad;
  } else {
    return {u, v};
  }
  return {u + factor * data.ix, v + factor * data.iy};
}

// Divergence of a dual field (px, py) with zeros before the first row and the first column; in the
// first column the sum is taken in another order.
MESTR_HOST_DEVICE inline float Divergence(float px, float px_left, float py, float py_above,
                                          bool first_column) {
  if (first_column) return (px + py) - py_above;
  return (px - px_left) + (py - py_above);
}

MESTR_HOST_DEVICE inline float PrimalStep(float thresholded, float divergence, float theta) {
  return thresholded + theta * divergence;
}

// What a pixel adds to the stop error.
MESTR_HOST_DEVICE inline float SquaredStep(float u_new, float u_old, float v_new, float v_old) {
  return (u_new - u_old) * (u_new - u_old) + (v_new - v_old) * (v_new - v_old);
}

// glibc's hypotf.
MESTR_HOST_DEVICE inline float Norm(float x, float y) {
  const double dx = x;
  const double dy = y;
  return static_cast<float>(sqrt(dx * dx + dy * dy));
}

// `gradient` of one flow component by forward differences, 0 in the last column (x) and row (y).
MESTR_HOST_DEVICE inline Vec2 DualStep(Vec2 p, Vec2 gradient, float taut) {
  const float scale = 1.0F + taut * Norm(gradient.x, gradient.y);
  return {(p.x + taut * gradient.x) / scale, (p.y + taut * gradient.y) / scale};
}

// ---- stop test --------------------------------------------------------------------------------

enum class StopDecision { kContinue, kStop, kSumInOrder };

// The reference adds the steps of all pixels one after the other in float and stops unless the sum
// exceeds `limit`. A sum in any other order is enough to decide, except near the limit: `sum` and
// the reference's sum both lie within count * 2^-24 (relative) of the true one.
MESTR_HOST_DEVICE inline StopDecision DecideStop(float sum, float limit, double count) {
  const double tolerance = 2.5 * count / 16777216.0;
  if (tolerance < 0.5) {
    if (static_cast<double>(sum) * (1.0 - tolerance) > limit) return StopDecision::kContinue;
    if (static_cast<double>(sum) * (1.0 + tolerance) < limit) return StopDecision::kStop;
  }
  return StopDecision::kSumInOrder;
}

// Whether the iterations stop; `sum_in_order` gives the reference's sum, and is called only where
// that is needed.
template <typename SumInOrder>
MESTR_HOST_DEVICE inline bool HasConverged(float sum, float limit, double count,
                                           const SumInOrder& sum_in_order) {
  switch (DecideStop(sum, limit, count)) {
    case StopDecision::kContinue:
      return false;
    case StopDecision::kStop:
      return true;
    case StopDecision::kSumInOrder:
      break;
  }
  return !(sum_in_order() > limit);
}

// ---- median -----------------------------------------------------------------------------------

MESTR_HOST_DEVICE inline float Smaller(float a, float b) { return a < b ? a : b; }
MESTR_HOST_DEVICE inline float Larger(float a, float b) { return a > b ? a : b; }

#define MESTR_NETWORK MESTR_HOST_DEVICE inline
#include "flow/median_network.inc"
#undef MESTR_NETWORK

}  // namespace mestr::internal::tvl1
