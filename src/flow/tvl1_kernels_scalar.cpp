#include <algorithm>

#include "flow/tvl1_kernels.h"

namespace mestr::tvl1 {
namespace {

// The mean of 2 x 2 px; of those that exist where the source has an odd size.
float MeanOfBlock(const ResizePlan& plan, Plane<const float> src, int x, int y) {
  const int x_end = std::min(2 * x + 2, plan.source_width);
  const int y_end = std::min(2 * y + 2, plan.source_height);
  float sum = 0;
  int count = 0;
  for (int sy = 2 * y; sy < y_end; ++sy) {
    for (int sx = 2 * x; sx < x_end; ++sx, ++count) sum += src.row(sy)[sx];
  }
  return count == 0 ? 0.0F : sum / static_cast<float>(count);
}

float ResizedPixel(const ResizePlan& plan, Plane<const float> src, int x, int y) {
  switch (plan.kind) {
    case ResizePlan::Kind::kCopy:
      return src.row(y)[x];
    case ResizePlan::Kind::kHalve:
      return MeanOfBlock(plan, src, x, y);
    case ResizePlan::Kind::kLinear:
      break;
  }
  const LinearTap& tap_x = plan.x[static_cast<std::size_t>(x)];
  const LinearTap& tap_y = plan.y[static_cast<std::size_t>(y)];
  const float* above = src.row(tap_y.index[0]);
  const float* below = src.row(tap_y.index[1]);
  return Interpolate(Interpolate(above[tap_x.index[0]], above[tap_x.index[1]], tap_x.weight),
                     Interpolate(below[tap_x.index[0]], below[tap_x.index[1]], tap_x.weight),
                     tap_y.weight);
}

void Resize(const ResizePlan& plan, Plane<const float> src, Plane<float> dst, double factor,
            const Scratch& /*scratch*/) {
  for (int y = 0; y < plan.height(); ++y) {
    for (int x = 0; x < plan.width(); ++x)
      dst.row(y)[x] = Scale(ResizedPixel(plan, src, x, y), factor);
  }
}

// A few rows at a time, since the columns of the result are contiguous.
void Gradient(Plane<const float> image, const WarpSource& dst) {
  constexpr int kRows = 4;
  for (int y0 = 0; y0 < dst.height; y0 += kRows) {
    const int y_end = std::min(y0 + kRows, dst.height);
    for (int x = 0; x < dst.width; ++x) {
      const int before = std::max(x - 1, 0);
      const int after = std::min(x + 1, dst.width - 1);
      for (int y = y0; y < y_end; ++y) {
        const float* row = image.row(y);
        float* pixel = dst.pixel(x, y);
        pixel[0] = row[x];
        pixel[1] = CentredDifference(row[before], row[after]);
        pixel[2] = CentredDifference(image.row(std::max(y - 1, 0))[x],
                                     image.row(std::min(y + 1, dst.height - 1))[x]);
        pixel[3] = 0.0F;
      }
    }
  }
}

float WarpedValue(const float* taps, std::ptrdiff_t pitch, const CubicWeights& wx,
                  const CubicWeights& wy, bool inside) {
  float sum = 0.0F;
  for (int j = 0; j < kWarpTaps; ++j) {
    float row_sum = 0.0F;
    for (int i = 0; i < kWarpTaps; ++i) {
      const float tap = taps[i * pitch + j * WarpSource::kChannels];
      const float term = tap * (wy.tap[j] * wx.tap[i]);
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

void Warp(const WarpSource& source, const WarpTable& table, Plane<const float> from,
          const State& state, const Scratch& /*scratch*/) {
  for (int y = 0; y < state.height; ++y) {
    for (int x = 0; x < state.width; ++x) {
      const float u = state.row(y, State::kU)[x];
      const float v = state.row(y, State::kV)[x];
      const WarpPosition at_x = MakeWarpPosition(x, u, state.width);
      const WarpPosition at_y = MakeWarpPosition(y, v, state.height);
      const float* taps = source.pixel(at_x.first, at_y.first);
      const bool inside = TapsAreInside(at_x.first, at_y.first, state.width, state.height);
      const auto value = [&](int channel) {
        return WarpedValue(taps + channel, source.pitch(), table.axis[at_x.step],
                           table.axis[at_y.step], inside);
      };
      const DataTerm data = MakeDataTerm({value(0), value(1), value(2)}, from.row(y)[x], u, v);
      state.row(y, State::kIx)[x] = data.ix;
      state.row(y, State::kIy)[x] = data.iy;
      state.row(y, State::kGrad)[x] = data.grad;
      state.row(y, State::kRho)[x] = data.rho;
    }
  }
}

float WindowMedian(const float* const* rows, int x, int width, int size) {
  float window[25];
  for (int j = 0; j < size; ++j) {
    for (int i = 0; i < size; ++i) {
      window[j * size + i] = rows[j][std::clamp(x + i - size / 2, 0, width - 1)];
    }
  }
  if (size == 3) {
    for (int i = 0; i < 3; ++i) Sort3(window[i], window[3 + i], window[6 + i]);
    return MedianOfSortedColumns3(window);
  }
  for (int i = 0; i < 5; ++i) {
    Sort5(window[i], window[5 + i], window[10 + i], window[15 + i], window[20 + i]);
  }
  return MedianOfSortedColumns5(window);
}

void Median(const State& state, State::Array array, int size, const Scratch& scratch) {
  for (int y = 0; y < state.height; ++y) {
    std::copy_n(state.row(y, array), state.width, scratch.floats + y * state.width);
  }
  for (int y = 0; y < state.height; ++y) {
    const float* rows[5];
    for (int j = 0; j < size; ++j) {
      rows[j] = scratch.floats + std::clamp(y + j - size / 2, 0, state.height - 1) * state.width;
    }
    float* dst = state.row(y, array);
    for (int x = 0; x < state.width; ++x) dst[x] = WindowMedian(rows, x, state.width, size);
  }
}

// New flow of a row, from the flow and the dual variables before this iteration.
void PrimalRow(const State& state, const Constants& constants, int y, float* sum) {
  const auto at = [&](State::Array array, int row) { return state.row(row, array); };
  for (int x = 0; x < state.width; ++x) {
    float& u = at(State::kU, y)[x];
    float& v = at(State::kV, y)[x];
    const DataTerm data{at(State::kIx, y)[x], at(State::kIy, y)[x], at(State::kGrad, y)[x],
                        at(State::kRho, y)[x]};
    const Vec2 near = Threshold(data, u, v, constants.l_t);
    const float div_u = Divergence(at(State::kUx, y)[x], at(State::kUx, y)[x - 1],
                                   at(State::kUy, y)[x], at(State::kUy, y - 1)[x], x == 0);
    const float div_v = Divergence(at(State::kVx, y)[x], at(State::kVx, y)[x - 1],
                                   at(State::kVy, y)[x], at(State::kVy, y - 1)[x], x == 0);
    const float u_new = PrimalStep(near.x, div_u, constants.theta);
    const float v_new = PrimalStep(near.y, div_v, constants.theta);
    const float step = SquaredStep(u_new, u, v_new, v);
    u = u_new;
    v = v_new;
    at(State::kStep, y)[x] = step;
    *sum += step;
  }
}

void DualRow(const State& state, State::Array flow, State::Array px, State::Array py, float taut,
             int y) {
  const float* row = state.row(y, flow);
  const float* below = state.row(std::min(y + 1, state.height - 1), flow);
  for (int x = 0; x < state.width; ++x) {
    const Vec2 gradient{x + 1 < state.width ? row[x + 1] - row[x] : 0.0F, below[x] - row[x]};
    const Vec2 p = DualStep({state.row(y, px)[x], state.row(y, py)[x]}, gradient, taut);
    state.row(y, px)[x] = p.x;
    state.row(y, py)[x] = p.y;
  }
}

// In place: the dual variables of a row change only when no row needs their old values.
float Iterate(const State& state, const Constants& constants) {
  float sum = 0;
  for (int y = 0; y <= state.height; ++y) {
    if (y < state.height) PrimalRow(state, constants, y, &sum);
    if (y == 0) continue;
    DualRow(state, State::kU, State::kUx, State::kUy, constants.taut, y - 1);
    DualRow(state, State::kV, State::kVx, State::kVy, constants.taut, y - 1);
  }
  return sum;
}

}  // namespace

WarpTable::WarpTable() {
  for (int step = 0; step < kWarpSteps; ++step) {
    axis[step] = MakeCubicWeights(step);
    for (int tap = 0; tap < kWarpTaps; ++tap) {
      std::fill_n(column[step] + tap * WarpSource::kChannels, WarpSource::kChannels,
                  axis[step].tap[tap]);
    }
  }
}

std::ptrdiff_t Scratch::Floats(int width, int height) {
  const auto padded = [](int size) { return size + 4 * State::kPad; };
  // The median copies the image and sorts the columns of one row; the rest needs less.
  return padded(width) * (padded(height) + 5);
}

std::ptrdiff_t Scratch::Ints(int width) { return 2 * (width + 2 * State::kPad); }

const Kernels& ScalarKernels() {
  static const Kernels kernels = {"scalar", Resize, Gradient, Warp, Median, Iterate, Iterate};
  return kernels;
}

}  // namespace mestr::tvl1
