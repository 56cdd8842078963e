// One pixel of each step of TV-L1 that reads a neighbourhood. The scalar and the CUDA kernels share
// these; they differ in where planes lie, so every function reads through `at(x, y)`.
#pragma once

#include "flow/tvl1_arithmetic.h"

namespace mestr::internal::tvl1 {

// How one image is resized to another size: cv::resize's INTER_LINEAR for float.
enum class ResizeKind {
  kCopy,    // sizes are equal
  kLinear,  // weighted neighbours along each axis
  kHalve,   // a scale of exactly 2 along both axes: the mean of 2 x 2 px, as cv::resize does
};

// The mean of 2 x 2 px; of those that exist where the source has an odd size.
template <class Source>
MESTR_HOST_DEVICE inline float MeanOfBlock(int source_width, int source_height, int x, int y,
                                           const Source& at) {
  const int x_end = 2 * x + 2 < source_width ? 2 * x + 2 : source_width;
  const int y_end = 2 * y + 2 < source_height ? 2 * y + 2 : source_height;
  float sum = 0;
  int count = 0;
  for (int source_y = 2 * y; source_y < y_end; ++source_y) {
    for (int source_x = 2 * x; source_x < x_end; ++source_x, ++count) sum += at(source_x, source_y);
  }
  return count == 0 ? 0.0F : sum / static_cast<float>(count);
}

template <class Source>
MESTR_HOST_DEVICE inline float LinearPixel(const LinearTap& tap_x, const LinearTap& tap_y,
                                           const Source& at) {
  const auto along_x = [&](int row) {
    return Interpolate(at(tap_x.index[0], row), at(tap_x.index[1], row), tap_x.weight);
  };
  return Interpolate(along_x(tap_y.index[0]), along_x(tap_y.index[1]), tap_y.weight);
}

// Pixel (x, y) of the result. `Resize` has kind, source_width, source_height and the tables x, y.
template <class Resize, class Source>
MESTR_HOST_DEVICE inline float ResizedPixel(const Resize& resize, int x, int y, const Source& at) {
  switch (resize.kind) {
    case ResizeKind::kCopy:
      return at(x, y);
    case ResizeKind::kHalve:
      return MeanOfBlock(resize.source_width, resize.source_height, x, y, at);
    case ResizeKind::kLinear:
      break;
  }
  return LinearPixel(resize.x[x], resize.y[y], at);
}

// Gradient of an image: along x, along y.
template <class Source>
MESTR_HOST_DEVICE inline Vec2 GradientPixel(int width, int height, int x, int y, const Source& at) {
  const int left = x > 0 ? x - 1 : 0;
  const int right = x + 1 < width ? x + 1 : width - 1;
  const int above = y > 0 ? y - 1 : 0;
  const int below = y + 1 < height ? y + 1 : height - 1;
  return {CentredDifference(at(left, y), at(right, y)),
          CentredDifference(at(x, above), at(x, below))};
}

// Cubic interpolation; `tap(i, j)` is the tap of column i and row j, 0 outside the image. `inside`
// is TapsAreInside.
template <class Taps>
MESTR_HOST_DEVICE inline float WarpedPixel(const CubicWeights& weights_x,
                                           const CubicWeights& weights_y, bool inside,
                                           const Taps& tap) {
  float sum = 0.0F;
  for (int j = 0; j < kWarpTaps; ++j) {
    float row_sum = 0.0F;
    for (int i = 0; i < kWarpTaps; ++i) {
      const float term = tap(i, j) * (weights_y.tap[j] * weights_x.tap[i]);
      if (inside) {
        row_sum = i == 0 ? term : row_sum + term;
      } else {
        sum += term;
      }
    }
    if (inside) sum = j == 0 ? row_sum : sum + row_sum;
  }
  return sum;
}

// Median of kSize x kSize px (3 or 5) around a pixel, the image's border repeated.
template <int kSize, class Source>
MESTR_HOST_DEVICE inline float MedianPixel(int width, int height, int x, int y, const Source& at) {
  const auto clamp = [](int value, int size) {
    return value < 0 ? 0 : (value < size ? value : size - 1);
  };
  float window[kSize * kSize];
  for (int j = 0; j < kSize; ++j) {
    for (int i = 0; i < kSize; ++i) {
      window[j * kSize + i] = at(clamp(x + i - kSize / 2, width), clamp(y + j - kSize / 2, height));
    }
  }
  float* w = window;
  if constexpr (kSize == 3) {
    for (int i = 0; i < 3; ++i) Sort3(w[i], w[3 + i], w[6 + i]);
    return MedianOfSortedColumns3(w);
  } else {
    static_assert(kSize == 5);
    for (int i = 0; i < 5; ++i) Sort5(w[i], w[5 + i], w[10 + i], w[15 + i], w[20 + i]);
    return MedianOfSortedColumns5(w);
  }
}

}  // namespace mestr::internal::tvl1
