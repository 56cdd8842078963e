#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>

#include "flow/farneback_kernels.h"

namespace mestr::internal::farneback {
namespace {

constexpr int kBorder_px = 5;
constexpr float kBorderScale[kBorder_px] = {0.14F, 0.14F, 0.4472F, 0.4472F, 0.4472F};

// Room for what the kernels mirror or repeat on both sides of a row, and for a vector past its end.
constexpr std::ptrdiff_t kSide = 16;

// As OpenCV compares them, as numbers without a sign: in an image of less than 10 px some border
// pixels count in full.
bool IsBorder(int at, int size) {
  return static_cast<unsigned>(at - kBorder_px) >= static_cast<unsigned>(size - 2 * kBorder_px);
}

float ScaleBefore(int at) { return at < kBorder_px ? kBorderScale[at] : 1.0F; }

float ScaleAfter(int at, int size) {
  return at >= size - kBorder_px ? kBorderScale[size - at - 1] : 1.0F;
}

void Smooth(const ImageView<const std::uint8_t>& image, Plane<float> smoothed, const Scratch&) {
  const auto mirrored = [](int at, int size) {
    if (size == 1) return 0;
    return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
  };
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* above = image.row(mirrored(y - 1, image.height));
    const std::uint8_t* here = image.row(y);
    const std::uint8_t* below = image.row(mirrored(y + 1, image.height));
    const auto column = [&](int x) { return above[x] + 2 * here[x] + below[x]; };
    for (int x = 0; x < image.width; ++x) {
      const int sum = column(mirrored(x - 1, image.width)) + 2 * column(x) +
                      column(mirrored(x + 1, image.width));
      smoothed.row(y)[x] = static_cast<float>(sum) * 0.0625F;
    }
  }
}

// A row of the vertical sums with 1, y and y^2, its ends repeated on both sides.
struct VerticalSums {
  VerticalSums(const Scratch& scratch, int width) {
    const std::ptrdiff_t pitch = width + 2 * kSide;
    for (int i = 0; i < 3; ++i) row[i] = scratch.floats + i * pitch + kSide;
  }
  float* row[3];
};

void SumRows(Plane<const float> image, int width, int height, int y, const Basis& basis,
             const VerticalSums& sums) {
  for (int x = 0; x < width; ++x) {
    sums.row[0][x] = image.row(y)[x] * basis.g[0];
    sums.row[1][x] = sums.row[2][x] = 0;
  }
  for (int k = 1; k <= kPolyRadius; ++k) {
    const float* above = image.row(std::max(y - k, 0));
    const float* below = image.row(std::min(y + k, height - 1));
    for (int x = 0; x < width; ++x) {
      const float both = above[x] + below[x];
      sums.row[0][x] += basis.g[k] * both;
      sums.row[1][x] += basis.xg[k] * (below[x] - above[x]);
      sums.row[2][x] += basis.xxg[k] * both;
    }
  }
  for (float* row : sums.row) {
    std::fill_n(row - kPolyRadius, kPolyRadius, row[0]);
    std::fill_n(row + width, kPolyRadius, row[width - 1]);
  }
}

void WritePolynomial(const VerticalSums& sums, const Basis& basis, int x, int y,
                     const Channels& polynomials) {
  const float* one = sums.row[0] + x;
  const float* along_y = sums.row[1] + x;
  const float* squared = sums.row[2] + x;
  double b1 = one[0] * basis.g[0];
  double b2 = 0;
  double b3 = along_y[0] * basis.g[0];
  double b4 = 0;
  double b5 = squared[0] * basis.g[0];
  double b6 = 0;
  for (int k = 1; k <= kPolyRadius; ++k) {
    const double both = one[k] + one[-k];
    b1 += both * basis.g[k];
    b4 += both * basis.xxg[k];
    b2 += (one[k] - one[-k]) * basis.xg[k];
    b3 += (along_y[k] + along_y[-k]) * basis.g[k];
    b6 += (along_y[k] - along_y[-k]) * basis.xg[k];
    b5 += (squared[k] + squared[-k]) * basis.g[k];
  }
  polynomials.row(y, 0)[x] = static_cast<float>(b3 * basis.ig11);
  polynomials.row(y, 1)[x] = static_cast<float>(b2 * basis.ig11);
  polynomials.row(y, 2)[x] = static_cast<float>(b1 * basis.ig03 + b5 * basis.ig33);
  polynomials.row(y, 3)[x] = static_cast<float>(b1 * basis.ig03 + b4 * basis.ig33);
  polynomials.row(y, 4)[x] = static_cast<float>(b6 * basis.ig55);
}

void Expand(Plane<const float> image, const Basis& basis, const Channels& polynomials,
            const Scratch& scratch) {
  const VerticalSums sums(scratch, polynomials.width);
  for (int y = 0; y < polynomials.height; ++y) {
    SumRows(image, polynomials.width, polynomials.height, y, basis, sums);
    for (int x = 0; x < polynomials.width; ++x) WritePolynomial(sums, basis, x, y, polynomials);
  }
}

// The polynomial at (x, y), px, between pixels. False where that is not between four of them.
bool PolynomialAt(const Channels& polynomials, float x, float y,
                  std::array<float, kChannels>& polynomial) {
  const float left = std::floor(x);
  const float top = std::floor(y);
  // NaN is in no image.
  if (!(left >= 0 && left < static_cast<float>(polynomials.width - 1) && top >= 0 &&
        top < static_cast<float>(polynomials.height - 1))) {
    return false;
  }
  const float fx = x - left;
  const float fy = y - top;
  const float a00 = (1.0F - fx) * (1.0F - fy);
  const float a01 = fx * (1.0F - fy);
  const float a10 = (1.0F - fx) * fy;
  const float a11 = fx * fy;
  for (int c = 0; c < kChannels; ++c) {
    const float* above = polynomials.row(static_cast<int>(top), c) + static_cast<int>(left);
    const float* below = above + kChannels * polynomials.pitch;
    polynomial[static_cast<std::size_t>(c)] =
        a00 * above[0] + a01 * above[1] + a10 * below[0] + a11 * below[1];
  }
  return true;
}

void WriteEquations(const Channels& from, const Channels& to, const Flow& flow, int x, int y,
                    float scale, const Channels& equations) {
  const float dx = flow.u.row(y)[x];
  const float dy = flow.v.row(y)[x];
  float r[kChannels];  // of the polynomial: mean of both, half the difference of the linear terms
  std::array<float, kChannels> moved;
  if (PolynomialAt(to, static_cast<float>(x) + dx, static_cast<float>(y) + dy, moved)) {
    r[2] = (from.row(y, 2)[x] + moved[2]) * 0.5F;
    r[3] = (from.row(y, 3)[x] + moved[3]) * 0.5F;
    r[4] = (from.row(y, 4)[x] + moved[4]) * 0.25F;
  } else {
    moved[0] = moved[1] = 0;
    r[2] = from.row(y, 2)[x];
    r[3] = from.row(y, 3)[x];
    r[4] = from.row(y, 4)[x] * 0.5F;
  }
  r[0] = (from.row(y, 0)[x] - moved[0]) * 0.5F;
  r[1] = (from.row(y, 1)[x] - moved[1]) * 0.5F;
  r[0] += r[2] * dy + r[4] * dx;
  r[1] += r[4] * dy + r[3] * dx;
  for (float& value : r) value *= scale;
  equations.row(y, 0)[x] = r[2] * r[2] + r[4] * r[4];
  equations.row(y, 1)[x] = (r[2] + r[3]) * r[4];
  equations.row(y, 2)[x] = r[3] * r[3] + r[4] * r[4];
  equations.row(y, 3)[x] = r[2] * r[0] + r[4] * r[1];
  equations.row(y, 4)[x] = r[4] * r[0] + r[3] * r[1];
}

void Equations(const Channels& from, const Channels& to, const Flow& flow,
               const Channels& equations, const Scratch& scratch) {
  BorderScale scale(from.width, from.height, scratch.floats);
  for (int y = 0; y < from.height; ++y) {
    const BorderScale::Row row = scale.OfRow(y);
    for (int x = 0; x < from.width; ++x) {
      WriteEquations(from, to, flow, x, y, row.columns[x] * row.above * row.below, equations);
    }
  }
}

// Sums over the rows of the window, of the row before the first one.
void StartSums(const Channels& equations, int channel, double* sums) {
  for (int x = 0; x < equations.width; ++x) {
    sums[x] = equations.row(0, channel)[x] * static_cast<float>(kWindowRadius + 2);
  }
  for (int y = 1; y < kWindowRadius; ++y) {
    const float* row = equations.row(std::min(y, equations.height - 1), channel);
    for (int x = 0; x < equations.width; ++x) sums[x] += row[x];
  }
}

void SolveRow(double* const (&sums)[kChannels], int width, float* u, float* v) {
  double g[kChannels];
  for (int c = 0; c < kChannels; ++c) {
    g[c] = sums[c][0] * (kWindowRadius + 2);
    for (int x = 1; x < kWindowRadius; ++x) g[c] += sums[c][std::min(x, width - 1)];
  }
  constexpr int kSide_px = 2 * kWindowRadius + 1;
  constexpr double kMean = 1.0 / (kSide_px * kSide_px);
  for (int x = 0; x < width; ++x) {
    double mean[kChannels];
    for (int c = 0; c < kChannels; ++c) {
      g[c] += sums[c][std::min(x + kWindowRadius, width - 1)] -
              sums[c][std::max(x - kWindowRadius - 1, 0)];
      mean[c] = g[c] * kMean;
    }
    const double inverse = 1.0 / (mean[0] * mean[2] - mean[1] * mean[1] + 1e-3);
    u[x] = static_cast<float>((mean[0] * mean[4] - mean[1] * mean[3]) * inverse);
    v[x] = static_cast<float>((mean[2] * mean[3] - mean[1] * mean[4]) * inverse);
  }
}

void Solve(const Channels& equations, const Flow& flow, const Scratch& scratch) {
  const int last = equations.height - 1;
  double* sums[kChannels];
  for (int c = 0; c < kChannels; ++c) {
    sums[c] = scratch.doubles + c * static_cast<std::ptrdiff_t>(equations.width);
    StartSums(equations, c, sums[c]);
  }
  for (int y = 0; y <= last; ++y) {
    for (int c = 0; c < kChannels; ++c) {
      const float* added = equations.row(std::min(y + kWindowRadius, last), c);
      const float* removed = equations.row(std::max(y - kWindowRadius - 1, 0), c);
      for (int x = 0; x < equations.width; ++x) sums[c][x] += added[x] - removed[x];
    }
    SolveRow(sums, equations.width, flow.u.row(y), flow.v.row(y));
  }
}

}  // namespace

BorderScale::BorderScale(int width, int height, float* memory)
    : width_(width), height_(height), outer_(memory), inner_(memory + RoundUpFloats(width)) {
  for (int x = 0; x < width; ++x) outer_[x] = ScaleBefore(x) * ScaleAfter(x, width);
}

BorderScale::Row BorderScale::OfRow(int y) {
  const Row row = {outer_, ScaleBefore(y), ScaleAfter(y, height_)};
  if (IsBorder(y, height_)) return row;
  // All such rows are alike but in images of less than 10 px.
  if (row.above != inner_of_.above || row.below != inner_of_.below) {
    inner_of_ = row;
    for (int x = 0; x < width_; ++x) {
      inner_[x] = IsBorder(x, width_) ? outer_[x] * row.above * row.below : 1.0F;
    }
  }
  return {inner_, 1, 1};
}

std::ptrdiff_t Scratch::Floats(int width) {
  // The rows of the flow that wait to be turned are the most: eight of u and eight of v.
  return 16 * (RoundUpFloats(width) + 2 * kSide);
}

std::ptrdiff_t Scratch::Doubles(int width) {
  // Sums over rows, and columns of eight rows of them, turned.
  return kChannels * (RoundUpFloats(width) + 2 * kSide + 8 * kTurnedColumns);
}

Basis::Basis() {
  constexpr double kSigma = 1.5;  // poly_sigma
  const auto gaussian = [](int x) {
    return static_cast<float>(std::exp(-x * x / (2 * kSigma * kSigma)));
  };
  double sum = 0;
  for (int x = -kPolyRadius; x <= kPolyRadius; ++x) sum += gaussian(x);
  sum = 1.0 / sum;
  for (int x = 0; x <= kPolyRadius; ++x) {
    g[x] = static_cast<float>(gaussian(x) * sum);
    xg[x] = static_cast<float>(x) * g[x];
    xxg[x] = static_cast<float>(x * x) * g[x];
  }
  cv::Mat_<double> moments(6, 6, 0.0);
  for (int y = -kPolyRadius; y <= kPolyRadius; ++y) {
    for (int x = -kPolyRadius; x <= kPolyRadius; ++x) {
      const float weight = g[std::abs(y)] * g[std::abs(x)];
      moments(0, 0) += weight;
      moments(1, 1) += weight * x * x;
      moments(3, 3) += weight * x * x * x * x;
      moments(5, 5) += weight * x * x * y * y;
    }
  }
  moments(2, 2) = moments(0, 3) = moments(0, 4) = moments(3, 0) = moments(4, 0) = moments(1, 1);
  moments(4, 4) = moments(3, 3);
  moments(3, 4) = moments(4, 3) = moments(5, 5);
  const cv::Mat_<double> inverse = moments.inv(cv::DECOMP_CHOLESKY);
  ig11 = inverse(1, 1);
  ig03 = inverse(0, 3);
  ig33 = inverse(3, 3);
  ig55 = inverse(5, 5);
}

const Kernels& ScalarKernels() {
  static const Kernels kernels = {"scalar", Smooth, Expand, Equations, Solve};
  return kernels;
}

}  // namespace mestr::internal::farneback
