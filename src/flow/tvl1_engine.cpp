#include "flow/tvl1_engine.h"

#include <algorithm>
#include <limits>
#include <new>
#include <string>

#include "flow/flow_checks.h"
#include "flow/plane.h"

namespace mestr::internal::tvl1 {
namespace {

// The float images of one level.
struct LevelImages {
  AlignedBuffer<float> from;
  AlignedBuffer<float> to;
  std::ptrdiff_t pitch = 0;

  Plane<float> from_plane() const { return {from.data(), pitch}; }
  Plane<float> to_plane() const { return {to.data(), pitch}; }
};

Plane<const float> AsConst(Plane<float> plane) { return {plane.data, plane.pitch}; }

class Engine final : public FlowEngine {
 public:
  Engine(FlowMethod method, const Tvl1Options& options, const Kernels& kernels)
      : method_(method), options_(options), kernels_(kernels) {}

  void Compute(std::span<const FlowPair> pairs) override {
    for (const FlowPair& pair : pairs) CheckFlowPair(pair);
    for (const FlowPair& pair : pairs) ComputeOne(pair);
  }

  int PreferredBatch() const override { return 1; }

  std::string Description() const override {
    return std::string(FlowMethodName(method_)) + " (" + kernels_.name + ")";
  }

 private:
  void ComputeOne(const FlowPair& pair) {
    Prepare(pair.from.width, pair.from.height);
    BuildPyramid(pair);
    for (std::size_t s = plan_.levels.size(); s-- > 0;) {
      StartLevel(s);
      for (int warp = 0; warp < options_.warps; ++warp) RunWarping(s);
    }
    CopyFlow(pair.u, State::kU);
    CopyFlow(pair.v, State::kV);
  }

  // Tables and memory for images of this size; nothing to do when the last pair had it too. Where
  // memory lacks, the next call begins anew.
  void Prepare(int width, int height) {
    if (!plan_.levels.empty() && plan_.levels[0].width == width &&
        plan_.levels[0].height == height) {
      return;
    }
    plan_ = {};
    Plan plan = MakePlan(options_, width, height);
    images_.resize(plan.levels.size());
    for (std::size_t s = 0; s < images_.size(); ++s) {
      const Level& level = plan.levels[s];
      images_[s].pitch = RoundUpFloats(level.width);
      images_[s].from.Reserve(images_[s].pitch * level.height);
      images_[s].to.Reserve(images_[s].pitch * level.height);
    }
    state_memory_.Reserve(StateFloats(width, height));
    warp_memory_.Reserve(WarpSourceFloats(width, height));
    scratch_floats_.Reserve(Scratch::Floats(width, height));
    scratch_ints_.Reserve(Scratch::Ints(width));
    scratch_ = {scratch_floats_.data(), scratch_ints_.data()};
    for (AlignedBuffer<float>& flow : coarse_flow_) flow.Reserve(RoundUpFloats(width) * height);
    plan_ = std::move(plan);
  }

  void BuildPyramid(const FlowPair& pair) {
    ToFloat(pair.from, images_[0].from_plane());
    ToFloat(pair.to, images_[0].to_plane());
    for (std::size_t s = 1; s < images_.size(); ++s) {
      const ResizePlan& plan = plan_.levels[s].from_finer;
      kernels_.resize(plan, AsConst(images_[s - 1].from_plane()), images_[s].from_plane(), 1.0,
                      scratch_);
      kernels_.resize(plan, AsConst(images_[s - 1].to_plane()), images_[s].to_plane(), 1.0,
                      scratch_);
    }
  }

  static void ToFloat(const ImageView<const std::uint8_t>& image, Plane<float> plane) {
    for (int y = 0; y < image.height; ++y) {
      std::copy_n(image.row(y), image.width, plane.row(y));
    }
  }

  // Lays the level out over the same memory: its flow from the coarser level, or 0 at the top, its
  // dual variables 0.
  void StartLevel(std::size_t s) {
    const Level& level = plan_.levels[s];
    const bool is_top = s + 1 == plan_.levels.size();
    const ResizePlan& plan = level.from_coarser;
    const Plane<float> coarse[2] = {{coarse_flow_[0].data(), RoundUpFloats(plan.source_width)},
                                    {coarse_flow_[1].data(), RoundUpFloats(plan.source_width)}};
    if (!is_top) {
      CopyState(State::kU, coarse[0]);
      CopyState(State::kV, coarse[1]);
    }
    LayOutState(level.width, level.height);
    if (!is_top) {
      const double zoom = plan_.constants.zoom_flow;
      kernels_.resize(plan, AsConst(coarse[0]), state_.plane(State::kU), zoom, scratch_);
      kernels_.resize(plan, AsConst(coarse[1]), state_.plane(State::kV), zoom, scratch_);
    }
    LayOutWarpSource(level.width, level.height);
    kernels_.gradient(AsConst(images_[s].to_plane()), warp_source_);
  }

  static std::ptrdiff_t ArrayPitch(int width) { return State::kPad + RoundUpFloats(width); }

  // One row above the image, and a vector past the end of the last.
  static std::ptrdiff_t StateFloats(int width, int height) {
    return (height + 1) * ArrayPitch(width) * State::kArrays + 2 * State::kPad;
  }

  void LayOutState(int width, int height) {
    std::fill_n(state_memory_.data(), StateFloats(width, height), 0.0F);
    state_.width = width;
    state_.height = height;
    state_.array_pitch = ArrayPitch(width);
    state_.data = state_memory_.data() + state_.row_pitch() + State::kPad;
  }

  static std::ptrdiff_t WarpSourceFloats(int width, int height) {
    const WarpSource sized{nullptr, width, height};
    return sized.pitch() * (width + 2 * WarpSource::kBorder);
  }

  void LayOutWarpSource(int width, int height) {
    std::fill_n(warp_memory_.data(), WarpSourceFloats(width, height), 0.0F);
    warp_source_ = {warp_memory_.data(), width, height};
    warp_source_.data +=
        WarpSource::kBorder * warp_source_.pitch() + WarpSource::kBorder * WarpSource::kChannels;
  }

  void RunWarping(std::size_t s) {
    const float stop_error = plan_.levels[s].stop_error;
    kernels_.warp(warp_source_, warp_table_, AsConst(images_[s].from_plane()), state_, scratch_);
    for (int outer = 0; outer < options_.outer_iterations; ++outer) {
      if (options_.median_filtering > 1) {
        kernels_.median(state_, State::kU, options_.median_filtering, scratch_);
        kernels_.median(state_, State::kV, options_.median_filtering, scratch_);
      }
      for (int inner = 0; inner < options_.inner_iterations; ++inner) {
        if (IterateAndTest(stop_error)) return;
      }
    }
  }

  // True when the iterations of this warping have converged.
  bool IterateAndTest(float stop_error) {
    if (method_ == FlowMethod::kFast) {
      return !(kernels_.iterate_fast(state_, plan_.constants) > stop_error);
    }
    const float sum = kernels_.iterate(state_, plan_.constants);
    const double count = static_cast<double>(state_.width) * state_.height;
    return HasConverged(sum, stop_error, count, [this] { return SumStepsInOrder(); });
  }

  float SumStepsInOrder() const {
    float sum = 0.0F;
    for (int y = 0; y < state_.height; ++y) {
      const float* steps = state_.row(y, State::kStep);
      for (int x = 0; x < state_.width; ++x) sum += steps[x];
    }
    return sum;
  }

  void CopyState(State::Array array, Plane<float> dst) const {
    for (int y = 0; y < state_.height; ++y) {
      std::copy_n(state_.row(y, array), state_.width, dst.row(y));
    }
  }

  void CopyFlow(const ImageView<float>& dst, State::Array array) const {
    CopyState(array, {dst.data, dst.stride});
  }

  FlowMethod method_;
  Tvl1Options options_;
  const Kernels& kernels_;
  WarpTable warp_table_;
  Plan plan_;  // of the last pair's size
  std::vector<LevelImages> images_;
  AlignedBuffer<float> state_memory_;
  AlignedBuffer<float> warp_memory_;
  AlignedBuffer<float> scratch_floats_;
  AlignedBuffer<std::int32_t> scratch_ints_;
  AlignedBuffer<float> coarse_flow_[2];
  Scratch scratch_;
  State state_;             // of the level at hand
  WarpSource warp_source_;  // of the level at hand
};

}  // namespace

std::unique_ptr<FlowEngine> MakeEngine(FlowMethod method, const Tvl1Options& options) {
  return MakeEngine(method, options, *SupportedKernels().front());
}

std::unique_ptr<FlowEngine> MakeEngine(FlowMethod method, const Tvl1Options& options,
                                       const Kernels& kernels) {
  return std::make_unique<Engine>(method, options, kernels);
}

}  // namespace mestr::internal::tvl1
