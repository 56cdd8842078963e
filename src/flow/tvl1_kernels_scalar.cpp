#include <algorithm>

#include "flow/tvl1_kernels.h"
#include "flow/tvl1_pixels.h"

namespace mestr::internal::tvl1 {
namespace {

void Resize(const ResizePlan& plan, Plane<const float> src, Plane<float> dst, double factor,
            const Scratch& /*scratch*/) {
  const auto at = [&](int x, int y) { return src.row(y)[x]; };
  for (int y = 0; y < plan.height(); ++y) {
    for (int x = 0; x < plan.width(); ++x) {
      dst.row(y)[x] = Scale(ResizedPixel(plan, x, y, at), factor);
    }
  }
}

// A few rows at a time, since the columns of the result are contiguous.
void Gradient(Plane<const float> image, const WarpSource& dst) {
  constexpr int kRows = 4;
  const auto at = [&](int x, int y) { return image.row(y)[x]; };
  for (int y0 = 0; y0 < dst.height; y0 += kRows) {
    const int y_end = std::min(y0 + kRows, dst.height);
    for (int x = 0; x < dst.width; ++x) {
      for (int y = y0; y < y_end; ++y) {
        const Vec2 gradient = GradientPixel(dst.width, dst.height, x, y, at);
        float* pixel = dst.pixel(x, y);
        pixel[0] = at(x, y);
        pixel[1] = gradient.x;
        pixel[2] = gradient.y;
        pixel[3] = 0.0F;
      }
    }
  }
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
        return WarpedPixel(
            table.axis[at_x.step], table.axis[at_y.step], inside, [&](int column, int row) {
              return taps[column * source.pitch() + row * WarpSource::kChannels + channel];
            });
      };
      const DataTerm data = MakeDataTerm({value(0), value(1), value(2)}, from.row(y)[x], u, v);
      state.row(y, State::kIx)[x] = data.ix;
      state.row(y, State::kIy)[x] = data.iy;
      state.row(y, State::kGrad)[x] = data.grad;
      state.row(y, State::kRho)[x] = data.rho;
    }
  }
}

template <int kSize>
void MedianOf(const State& state, State::Array array, const float* copy) {
  const auto at = [&](int x, int y) { return copy[y * state.width + x]; };
  for (int y = 0; y < state.height; ++y) {
    float* dst = state.row(y, array);
    for (int x = 0; x < state.width; ++x) {
      dst[x] = MedianPixel<kSize>(state.width, state.height, x, y, at);
    }
  }
}

void Median(const State& state, State::Array array, int size, const Scratch& scratch) {
  for (int y = 0; y < state.height; ++y) {
    std::copy_n(state.row(y, array), state.width, scratch.floats + y * state.width);
  }
  size == 3 ? MedianOf<3>(state, array, scratch.floats) : MedianOf<5>(state, array, scratch.floats);
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

}  // namespace mestr::internal::tvl1
