// TV-L1 on a CUDA device: the kernel, in a form that also runs on the CPU.
//
// One thread block, a slot, computes whole pairs, from the pyramid to the flow, and then takes the
// next pair of the batch; nothing goes back to the host before all pairs are done. What a thread
// may do is behind the type Block: nvcc compiles the kernel with the device's threads, barriers and
// shared memory (cuda_device.cu), the tests compile it with ones that they execute themselves.
//
//   int thread() const, threads() const   this thread within its block, 0-based; threads of a block
//   void Sync()                           barrier of the block
//   SharedScratch& scratch()              shared memory of the block
//   float* shared_planes()                more of it, KernelArguments::shared_floats
//   int TakeNext(int* counter)            returns *counter and adds 1, atomically
//   int slot() const                      this block within the grid, 0-based
//
// Thread t owns the pixels t, t + threads(), .. of every plane of a level, in every step. So a
// barrier is needed, and stands, only between a write and another thread's access to the same
// value. Every value that decides which way a block goes is read by all its threads after a barrier
// or computed by all of them alike.
#pragma once

#include "flow/cuda/kernel_arguments.h"
#include "flow/tvl1_arithmetic.h"
#include "flow/tvl1_pixels.h"

namespace mestr::internal::tvl1::cuda {

constexpr int kMaxThreads = 1024;

// The sum over a block is taken in two steps: kPartialSums threads add up the threads' sums, then
// every thread adds up theirs.
constexpr int kPartialSums = 16;

struct SharedScratch {
  int pair;
  float sum_in_order;
  float of_thread[kMaxThreads];
  alignas(16) float partial[kPartialSums];  // read four at a time
};

// The planes of the level at hand, packed: pixel (x, y) at y * width + x.
struct StatePlanes {
  float* u;
  float* v;
  float* ux;  // dual variables of u
  float* uy;
  float* vx;  // of v
  float* vy;
  float* ix;  // gradient of the warped image
  float* iy;
  float* rho;   // constant part of the residual
  float* step;  // squared step of the last iteration
};

template <class Block>
class PairSolver {
 public:
  MESTR_HOST_DEVICE PairSolver(Block& block, const KernelArguments& arguments)
      : block_(block), arguments_(arguments) {
    float* memory =
        arguments.workspace + static_cast<std::size_t>(block.slot()) * arguments.slot_floats;
    state_memory_ = memory;
    memory += kStatePlanes * arguments.plane_floats;
    gradient_x_ = memory;
    gradient_y_ = memory + arguments.plane_floats;
    memory += kGradientPlanes * arguments.plane_floats;
    temporary_u_ = memory;
    temporary_v_ = memory + arguments.plane_floats;
    memory += kTemporaryPlanes * arguments.plane_floats;
    from_pyramid_ = memory;
    to_pyramid_ = memory + arguments.pyramid_floats;
  }

  MESTR_HOST_DEVICE void Solve(int pair) {
    BuildPyramids(pair);
    for (int s = arguments_.level_count - 1; s >= 0; --s) {
      StartLevel(s);
      for (int warp = 0; warp < arguments_.warps; ++warp) RunWarping();
    }
    WriteFlow(pair);
  }

 private:
  // This thread's way over the pixels of a level.
  struct Walk {
    int first_x;
    int first_y;
    int step_x;
    int step_y;
  };

  MESTR_HOST_DEVICE void EnterLevel(int s) {
    const DeviceLevel& level = arguments_.levels[s];
    width_ = level.width;
    height_ = level.height;
    area_ = width_ * height_;
    walk_ = {block_.thread() % width_, block_.thread() / width_, block_.threads() % width_,
             block_.threads() / width_};
  }

  template <class Body>
  MESTR_HOST_DEVICE void ForOwnPixels(const Body& body) const {
    int x = walk_.first_x;
    int y = walk_.first_y;
    for (int i = block_.thread(); i < area_; i += block_.threads()) {
      body(x, y, i);
      x += walk_.step_x;
      y += walk_.step_y;
      if (x >= width_) {
        x -= width_;
        ++y;
      }
    }
  }

  // ---- images and flow of the levels ----------------------------------------------------------

  MESTR_HOST_DEVICE void BuildPyramids(int pair) {
    EnterLevel(0);
    const std::size_t area = arguments_.plane_floats;
    const std::uint8_t* from = arguments_.images + 2 * static_cast<std::size_t>(pair) * area;
    const std::uint8_t* to = from + area;
    ForOwnPixels([&](int, int, int i) {
      from_pyramid_[i] = static_cast<float>(from[i]);
      to_pyramid_[i] = static_cast<float>(to[i]);
    });
    for (int s = 1; s < arguments_.level_count; ++s) {
      block_.Sync();  // the finer level is complete
      EnterLevel(s);
      const DeviceLevel& level = arguments_.levels[s];
      const std::size_t finer = arguments_.levels[s - 1].image_offset;
      Resize(level.from_finer, from_pyramid_ + finer, 1.0, from_pyramid_ + level.image_offset);
      Resize(level.from_finer, to_pyramid_ + finer, 1.0, to_pyramid_ + level.image_offset);
    }
  }

  MESTR_HOST_DEVICE void Resize(const DeviceResize& resize, const float* source, double factor,
                                float* result) const {
    const struct {
      ResizeKind kind;
      int source_width;
      int source_height;
      const LinearTap* x;
      const LinearTap* y;
    } plan = {resize.kind, resize.source_width, resize.source_height,
              arguments_.taps + resize.first_tap_x, arguments_.taps + resize.first_tap_y};
    const int source_width = resize.source_width;
    ForOwnPixels([&](int x, int y, int i) {
      const auto at = [&](int source_x, int source_y) {
        return source[source_y * source_width + source_x];
      };
      result[i] = Scale(ResizedPixel(plan, x, y, at), factor);
    });
  }

  // Flow from the coarser level, or 0 at the top; dual variables 0.
  MESTR_HOST_DEVICE void StartLevel(int s) {
    const bool is_top = s + 1 == arguments_.level_count;
    if (!is_top) CopyFlowToTemporary();
    block_.Sync();  // the coarser level's planes may be overwritten, and its flow be read
    EnterLevel(s);
    LayOutState();
    const DeviceLevel& level = arguments_.levels[s];
    from_ = from_pyramid_ + level.image_offset;
    to_ = to_pyramid_ + level.image_offset;
    stop_error_ = level.stop_error;
    if (!is_top) {
      Resize(level.from_coarser, temporary_u_, arguments_.constants.zoom_flow, state_.u);
      Resize(level.from_coarser, temporary_v_, arguments_.constants.zoom_flow, state_.v);
    }
    ForOwnPixels([&](int x, int y, int i) {
      if (is_top) {
        state_.u[i] = 0.0F;
        state_.v[i] = 0.0F;
      }
      state_.ux[i] = 0.0F;
      state_.uy[i] = 0.0F;
      state_.vx[i] = 0.0F;
      state_.vy[i] = 0.0F;
      const Vec2 gradient = GradientPixel(width_, height_, x, y, PixelsOf(to_));
      gradient_x_[i] = gradient.x;
      gradient_y_[i] = gradient.y;
    });
    block_.Sync();  // the level is complete
  }

  MESTR_HOST_DEVICE void CopyFlowToTemporary() const {
    ForOwnPixels([&](int, int, int i) {
      temporary_u_[i] = state_.u[i];
      temporary_v_[i] = state_.v[i];
    });
  }

  // As many planes as fit go to shared memory, those that are used most first.
  MESTR_HOST_DEVICE void LayOutState() {
    float* shared = block_.shared_planes();
    std::size_t shared_left = arguments_.shared_floats;
    float* global = state_memory_;
    const auto area = static_cast<std::size_t>(area_);
    const auto place = [&] {
      float* plane = global;
      if (shared_left >= area) {
        plane = shared;
        shared += area;
        shared_left -= area;
      } else {
        global += area;
      }
      return plane;
    };
    state_.u = place();
    state_.v = place();
    state_.ux = place();
    state_.uy = place();
    state_.vx = place();
    state_.vy = place();
    state_.ix = place();
    state_.iy = place();
    state_.rho = place();
    state_.step = place();
  }

  MESTR_HOST_DEVICE void WriteFlow(int pair) const {
    const std::size_t area = arguments_.plane_floats;
    float* u = arguments_.flows + 2 * static_cast<std::size_t>(pair) * area;
    float* v = u + area;
    ForOwnPixels([&](int, int, int i) {
      u[i] = state_.u[i];
      v[i] = state_.v[i];
    });
  }

  MESTR_HOST_DEVICE auto PixelsOf(const float* plane) const {
    const int width = width_;
    return [plane, width](int x, int y) { return plane[y * width + x]; };
  }

  // ---- one warping ----------------------------------------------------------------------------

  MESTR_HOST_DEVICE void RunWarping() {
    Warp();
    for (int outer = 0; outer < arguments_.outer_iterations; ++outer) {
      if (arguments_.median_size == 3) FilterFlow<3>();
      if (arguments_.median_size == 5) FilterFlow<5>();
      for (int inner = 0; inner < arguments_.inner_iterations; ++inner) {
        if (IterateAndTest()) return;
      }
    }
  }

  MESTR_HOST_DEVICE void Warp() const {
    ForOwnPixels([&](int x, int y, int i) {
      const float u = state_.u[i];
      const float v = state_.v[i];
      const WarpPosition at_x = MakeWarpPosition(x, u, width_);
      const WarpPosition at_y = MakeWarpPosition(y, v, height_);
      const bool inside = TapsAreInside(at_x.first, at_y.first, width_, height_);
      const auto warped = [&](const float* plane) {
        const auto tap = [&](int column, int row) {
          const int tap_x = at_x.first + column;
          const int tap_y = at_y.first + row;
          const bool exists =
              inside || (tap_x >= 0 && tap_x < width_ && tap_y >= 0 && tap_y < height_);
          return exists ? plane[tap_y * width_ + tap_x] : 0.0F;
        };
        return WarpedPixel(arguments_.cubic_weights[at_x.step], arguments_.cubic_weights[at_y.step],
                           inside, tap);
      };
      const Vec3 values = {warped(to_), warped(gradient_x_), warped(gradient_y_)};
      const DataTerm data = MakeDataTerm(values, from_[i], u, v);
      state_.ix[i] = data.ix;
      state_.iy[i] = data.iy;
      state_.rho[i] = data.rho;
    });
  }

  template <int kSize>
  MESTR_HOST_DEVICE void FilterFlow() const {
    ForOwnPixels([&](int x, int y, int i) {
      temporary_u_[i] = MedianPixel<kSize>(width_, height_, x, y, PixelsOf(state_.u));
      temporary_v_[i] = MedianPixel<kSize>(width_, height_, x, y, PixelsOf(state_.v));
    });
    block_.Sync();  // nobody reads the flow before the filter any more
    ForOwnPixels([&](int, int, int i) {
      state_.u[i] = temporary_u_[i];
      state_.v[i] = temporary_v_[i];
    });
  }

  // ---- one iteration --------------------------------------------------------------------------

  // True when the iterations of this warping have converged.
  MESTR_HOST_DEVICE bool IterateAndTest() {
    SharedScratch& scratch = block_.scratch();
    scratch.of_thread[block_.thread()] = PrimalSteps();
    block_.Sync();  // the flow and the threads' sums are complete
    for (int k = block_.thread(); k < kPartialSums; k += block_.threads()) {
      float sum = 0.0F;
      for (int t = k; t < block_.threads(); t += kPartialSums) sum += scratch.of_thread[t];
      scratch.partial[k] = sum;
    }
    DualSteps();
    block_.Sync();  // the dual variables and the partial sums are complete
    float sum = 0.0F;
    for (int k = 0; k < kPartialSums; ++k) sum += scratch.partial[k];
    return HasConverged(sum, stop_error_, static_cast<double>(area_),
                        [this] { return SumStepsInOrder(); });
  }

  // New flow from the flow and the dual variables before this iteration; sum of the squared steps
  // of this thread's pixels.
  MESTR_HOST_DEVICE float PrimalSteps() const {
    const Constants& constants = arguments_.constants;
    const int width = width_;
    const auto divergence = [width](const float* px, const float* py, int x, int y, int i) {
      const bool first_column = x == 0;
      return Divergence(px[i], first_column ? 0.0F : px[i - 1], py[i],
                        y == 0 ? 0.0F : py[i - width], first_column);
    };
    float sum = 0.0F;
    ForOwnPixels([&](int x, int y, int i) {
      const float u = state_.u[i];
      const float v = state_.v[i];
      const float ix = state_.ix[i];
      const float iy = state_.iy[i];
      const DataTerm data = {ix, iy, SquaredGradient(ix, iy), state_.rho[i]};
      const Vec2 near = Threshold(data, u, v, constants.l_t);
      const float u_new =
          PrimalStep(near.x, divergence(state_.ux, state_.uy, x, y, i), constants.theta);
      const float v_new =
          PrimalStep(near.y, divergence(state_.vx, state_.vy, x, y, i), constants.theta);
      const float step = SquaredStep(u_new, u, v_new, v);
      state_.u[i] = u_new;
      state_.v[i] = v_new;
      state_.step[i] = step;
      sum += step;
    });
    return sum;
  }

  MESTR_HOST_DEVICE void DualSteps() const {
    const float taut = arguments_.constants.taut;
    ForOwnPixels([&](int x, int y, int i) {
      const bool has_right = x + 1 < width_;
      const bool has_below = y + 1 < height_;
      const auto step = [&](const float* flow, float* px, float* py) {
        const float here = flow[i];
        const Vec2 gradient = {has_right ? flow[i + 1] - here : 0.0F,
                               has_below ? flow[i + width_] - here : 0.0F};
        const Vec2 p = DualStep({px[i], py[i]}, gradient, taut);
        px[i] = p.x;
        py[i] = p.y;
      };
      step(state_.u, state_.ux, state_.uy);
      step(state_.v, state_.vx, state_.vy);
    });
  }

  // One thread adds, in the reference's order; the others bring it the steps.
  MESTR_HOST_DEVICE float SumStepsInOrder() {
    SharedScratch& scratch = block_.scratch();
    float sum = 0.0F;
    for (int first = 0; first < area_; first += kMaxThreads) {
      const int left = area_ - first;
      const int count = left < kMaxThreads ? left : kMaxThreads;
      for (int k = block_.thread(); k < count; k += block_.threads()) {
        scratch.of_thread[k] = state_.step[first + k];
      }
      block_.Sync();  // the steps are there
      if (block_.thread() == 0) {
        for (int k = 0; k < count; ++k) sum += scratch.of_thread[k];
        scratch.sum_in_order = sum;
      }
      block_.Sync();  // the steps are added
    }
    return scratch.sum_in_order;
  }

  Block& block_;
  const KernelArguments& arguments_;

  float* state_memory_;
  float* gradient_x_;
  float* gradient_y_;
  float* temporary_u_;
  float* temporary_v_;
  float* from_pyramid_;
  float* to_pyramid_;

  // Of the level at hand.
  int width_ = 0;
  int height_ = 0;
  int area_ = 0;
  Walk walk_ = {};
  float stop_error_ = 0.0F;
  const float* from_ = nullptr;
  const float* to_ = nullptr;
  StatePlanes state_ = {};
};

// What one thread of a slot does.
template <class Block>
MESTR_HOST_DEVICE void RunSlot(Block& block, const KernelArguments& arguments) {
  PairSolver<Block> solver(block, arguments);
  while (true) {
    if (block.thread() == 0) block.scratch().pair = block.TakeNext(arguments.next_pair);
    block.Sync();  // all know the pair
    const int pair = block.scratch().pair;
    if (pair >= arguments.pairs) return;
    solver.Solve(pair);
  }
}

}  // namespace mestr::internal::tvl1::cuda
