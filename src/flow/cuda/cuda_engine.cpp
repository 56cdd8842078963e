#include "flow/cuda/cuda_engine.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "flow/flow_checks.h"
#include "flow/tvl1_kernels.h"
#include "flow/tvl1_plan.h"
#include "mestr/core/error.h"

namespace mestr::internal::tvl1::cuda {
namespace {

// Pairs of one launch for every slot: pairs differ in the number of their iterations, so slots that
// are done early need more to do.
constexpr int kPairsPerSlot = 2;

// Of the device's free memory; the rest is for other programs and other parts of this one.
constexpr std::size_t kPercentOfMemory = 80;

enum class Place { kDevice, kHost };

// `count` values of T in the memory of a device, or of the host for its copies.
template <typename T, Place kPlace>
class Array {
 public:
  Array() = default;
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array() { Free(); }

  // False where there is not enough memory; then it is empty. Values are not set.
  [[nodiscard]] bool Allocate(Device& device, std::size_t count) {
    Free();
    const std::size_t bytes = count * sizeof(T);
    void* memory =
        kPlace == Place::kDevice ? device.AllocateOnDevice(bytes) : device.AllocateOnHost(bytes);
    device_ = &device;
    data_ = static_cast<T*>(memory);
    return data_ != nullptr;
  }

  void Free() {
    if (data_ == nullptr) return;
    kPlace == Place::kDevice ? device_->FreeOnDevice(data_) : device_->FreeOnHost(data_);
    data_ = nullptr;
  }

  T* data() const { return data_; }

 private:
  Device* device_ = nullptr;
  T* data_ = nullptr;
};

template <typename T>
using DeviceArray = Array<T, Place::kDevice>;
template <typename T>
using HostArray = Array<T, Place::kHost>;

// The plan of a size, in the form that the kernel reads.
struct Tables {
  std::vector<DeviceLevel> levels;
  std::vector<LinearTap> taps;
  std::size_t pyramid_floats = 0;
};

DeviceResize AddResize(const ResizePlan& plan, Tables& tables) {
  const auto add = [&](const std::vector<LinearTap>& taps) {
    const auto first = static_cast<int>(tables.taps.size());
    tables.taps.insert(tables.taps.end(), taps.begin(), taps.end());
    return first;
  };
  const int first_tap_x = add(plan.x);
  const int first_tap_y = add(plan.y);
  return {plan.kind, plan.source_width, plan.source_height, first_tap_x, first_tap_y};
}

std::size_t Area(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
}

// Of the images and the flow of one pair.
std::size_t CopiedBytes(std::size_t area) {
  return 2 * area * (sizeof(std::uint8_t) + sizeof(float));
}

Tables MakeTables(const Plan& plan) {
  Tables tables;
  for (const Level& level : plan.levels) {
    tables.levels.push_back({level.width, level.height, level.stop_error, tables.pyramid_floats,
                             AddResize(level.from_finer, tables),
                             AddResize(level.from_coarser, tables)});
    tables.pyramid_floats += Area(level.width, level.height);
  }
  return tables;
}

// Everything that the pairs of one launch need. While one lane computes, the host fills and empties
// the other.
struct Lane {
  HostArray<std::uint8_t> host_images;
  HostArray<float> host_flows;
  DeviceArray<std::uint8_t> images;
  DeviceArray<float> flows;
  DeviceArray<float> workspace;
  DeviceArray<int> next_pair;
  std::span<const FlowPair> pairs;  // on their way; empty when the lane is idle

  void Free() {
    host_images.Free();
    host_flows.Free();
    images.Free();
    flows.Free();
    workspace.Free();
    next_pair.Free();
  }
};

class Engine final : public FlowEngine {
 public:
  Engine(const Tvl1Options& options, std::unique_ptr<Device> device)
      : options_(options), device_(std::move(device)) {}

  void Compute(std::span<const FlowPair> pairs) override {
    for (const FlowPair& pair : pairs) CheckFlowPair(pair);
    const auto size_differs = [](const FlowPair& a, const FlowPair& b) {
      return a.from.width != b.from.width || a.from.height != b.from.height;
    };
    while (!pairs.empty()) {
      const auto end = std::find_if(pairs.begin(), pairs.end(), [&](const FlowPair& pair) {
        return size_differs(pair, pairs.front());
      });
      const auto count = static_cast<std::size_t>(end - pairs.begin());
      ComputeOneSize(pairs.first(count));
      pairs = pairs.subspan(count);
    }
  }

  int PreferredBatch() const override { return kStreams * FullLaunch(); }

  std::string Description() const override {
    return std::string(FlowMethodName(FlowMethod::kCuda)) + " (" + device_->properties().name + ")";
  }

 private:
  // Pairs that keep every slot busy.
  int FullLaunch() const { return kPairsPerSlot * device_->properties().slots; }

  // Of pairs whose copies fit in page-locked memory; one does, however large.
  int LargestLaunch(int width, int height) const {
    const std::size_t fitting =
        device_->properties().page_locked_bytes / CopiedBytes(Area(width, height));
    return static_cast<int>(
        std::clamp(fitting, std::size_t{1}, static_cast<std::size_t>(FullLaunch())));
  }

  void ComputeOneSize(std::span<const FlowPair> pairs) {
    const int width = pairs.front().from.width;
    const int height = pairs.front().from.height;
    const std::size_t per_lane = (pairs.size() + kStreams - 1) / kStreams;
    const auto largest = static_cast<std::size_t>(LargestLaunch(width, height));
    const auto launch = static_cast<std::size_t>(
        Prepare(width, height, static_cast<int>(std::min(per_lane, largest))));
    const IdleLanes idle_at_the_end(*this);
    for (int stream = 0; !pairs.empty(); stream = (stream + 1) % kStreams) {
      const std::size_t count = std::min(launch, pairs.size());
      Finish(stream);
      Start(stream, pairs.first(count));
      pairs = pairs.subspan(count);
    }
    for (int stream = 0; stream < kStreams; ++stream) Finish(stream);
  }

  // After an error in the middle nothing may still use the lanes' memory.
  class IdleLanes {
   public:
    explicit IdleLanes(Engine& engine) : engine_(engine) {}
    IdleLanes(const IdleLanes&) = delete;
    IdleLanes& operator=(const IdleLanes&) = delete;
    ~IdleLanes() {
      for (int stream = 0; stream < kStreams; ++stream) {
        Lane& lane = engine_.lanes_[static_cast<std::size_t>(stream)];
        if (lane.pairs.empty()) continue;
        lane.pairs = {};
        try {
          engine_.device_->Wait(stream);
        } catch (...) {
          // Whatever it is, bad_alloc for its message included: a second error would end the
          // program. The one that led here is on its way, and a device that fails here runs nothing
          // more.
        }
      }
    }

   private:
    Engine& engine_;
  };

  // Memory and tables for launches of pairs of this size: `wanted` of them, or fewer where the
  // device has no memory for as many. Nothing to do when the last ones were like these.
  int Prepare(int width, int height, int wanted) {
    const bool same_size = width == width_ && height == height_;
    if (same_size && (wanted <= capacity_ || memory_is_short_)) return std::min(wanted, capacity_);
    // Calls that hold ever more pairs must not each take new memory.
    const int asked =
        same_size ? std::clamp(2 * capacity_, wanted, LargestLaunch(width, height)) : wanted;
    Free();
    SetTables(MakePlan(options_, width, height));
    int capacity = PairsWithinShare(asked);
    while (!AllocateLanes(capacity)) {
      for (Lane& lane : lanes_) lane.Free();
      capacity /= 2;
      if (capacity == 0) ThrowOutOfMemory(width, height);
    }
    width_ = width;
    height_ = height;
    capacity_ = capacity;
    memory_is_short_ = capacity < asked;
    return std::min(wanted, capacity);
  }

  void Free() {
    for (Lane& lane : lanes_) lane.Free();
    width_ = 0;
    height_ = 0;
    capacity_ = 0;
  }

  void SetTables(const Plan& plan) {
    const Tables tables = MakeTables(plan);
    const Level& finest = plan.levels.front();
    arguments_ = {};
    arguments_.level_count = static_cast<int>(tables.levels.size());
    arguments_.constants = plan.constants;
    arguments_.warps = options_.warps;
    arguments_.outer_iterations = options_.outer_iterations;
    arguments_.inner_iterations = options_.inner_iterations;
    arguments_.median_size = options_.median_filtering;
    arguments_.plane_floats = Area(finest.width, finest.height);
    arguments_.pyramid_floats = tables.pyramid_floats;
    arguments_.slot_floats =
        kWorkspacePlanes * arguments_.plane_floats + 2 * arguments_.pyramid_floats;
    arguments_.shared_floats = device_->properties().shared_floats;

    const WarpTable warp_table;
    const bool is_room = Upload(tables.levels.data(), tables.levels.size(), levels_) &&
                         Upload(tables.taps.data(), tables.taps.size(), taps_) &&
                         Upload(warp_table.axis, kWarpSteps, cubic_weights_);
    if (!is_room) ThrowOutOfMemory(finest.width, finest.height);
    arguments_.levels = levels_.data();
    arguments_.taps = taps_.data();
    arguments_.cubic_weights = cubic_weights_.data();
  }

  template <typename T>
  bool Upload(const T* values, std::size_t count, DeviceArray<T>& array) {
    // A plan of one level has no taps, and nothing can be allocated for them.
    if (!array.Allocate(*device_, std::max<std::size_t>(count, 1))) return false;
    if (count == 0) return true;
    device_->CopyToDevice(0, array.data(), values, count * sizeof(T));
    device_->Wait(0);
    return true;
  }

  // Of the device, that a lane for so many pairs takes.
  std::size_t LaneBytes(int pairs) const {
    return static_cast<std::size_t>(pairs) * CopiedBytes(arguments_.plane_floats) +
           static_cast<std::size_t>(SlotsFor(pairs)) * arguments_.slot_floats * sizeof(float);
  }

  // As many of these pairs a launch as leave the others' share of the device's memory alone. One
  // pair may need more than our share: without it there is no flow at all.
  int PairsWithinShare(int pairs) const {
    const std::size_t share = device_->AvailableBytes() / 100 * kPercentOfMemory;
    while (pairs > 1 && kStreams * LaneBytes(pairs) > share) pairs /= 2;
    return pairs;
  }

  bool AllocateLanes(int capacity) {
    const auto planes = 2 * static_cast<std::size_t>(capacity);
    const std::size_t area = arguments_.plane_floats;
    const auto slots = static_cast<std::size_t>(SlotsFor(capacity));
    return std::all_of(lanes_.begin(), lanes_.end(), [&](Lane& lane) {
      return lane.images.Allocate(*device_, planes * area) &&
             lane.flows.Allocate(*device_, planes * area) &&
             lane.workspace.Allocate(*device_, slots * arguments_.slot_floats) &&
             lane.next_pair.Allocate(*device_, 1) &&
             lane.host_images.Allocate(*device_, planes * area) &&
             lane.host_flows.Allocate(*device_, planes * area);
    });
  }

  int SlotsFor(int pairs) const { return std::min(pairs, device_->properties().slots); }

  [[noreturn]] void ThrowOutOfMemory(int width, int height) {
    Free();
    throw Error(ErrorKind::kDevice,
                "there is not enough free memory on the CUDA device " + device_->properties().name +
                    ", or for its copies, for flow of " + std::to_string(width) + " x " +
                    std::to_string(height) + " px (" +
                    std::to_string(((kStreams * LaneBytes(1)) >> 20U) + 1) +
                    " MiB at least); free some, or " + kInstead);
  }

  void Start(int stream, std::span<const FlowPair> pairs) {
    Lane& lane = lanes_[static_cast<std::size_t>(stream)];
    const std::size_t area = arguments_.plane_floats;
    std::uint8_t* image = lane.host_images.data();
    for (const FlowPair& pair : pairs) {
      image = Pack(pair.from, image);
      image = Pack(pair.to, image);
    }
    KernelArguments arguments = arguments_;
    arguments.pairs = static_cast<int>(pairs.size());
    arguments.images = lane.images.data();
    arguments.flows = lane.flows.data();
    arguments.next_pair = lane.next_pair.data();
    arguments.workspace = lane.workspace.data();
    lane.pairs = pairs;
    const std::size_t values = 2 * pairs.size() * area;
    device_->CopyToDevice(stream, lane.images.data(), lane.host_images.data(), values);
    device_->SetToZero(stream, lane.next_pair.data(), sizeof(int));
    device_->Launch(stream, arguments, SlotsFor(arguments.pairs));
    device_->CopyToHost(stream, lane.host_flows.data(), lane.flows.data(), values * sizeof(float));
  }

  void Finish(int stream) {
    Lane& lane = lanes_[static_cast<std::size_t>(stream)];
    if (lane.pairs.empty()) return;
    device_->Wait(stream);
    const float* flow = lane.host_flows.data();
    for (const FlowPair& pair : std::exchange(lane.pairs, {})) {
      flow = Unpack(flow, pair.u);
      flow = Unpack(flow, pair.v);
    }
  }

  static std::uint8_t* Pack(const ImageView<const std::uint8_t>& image, std::uint8_t* to) {
    for (int y = 0; y < image.height; ++y) to = std::copy_n(image.row(y), image.width, to);
    return to;
  }

  static const float* Unpack(const float* from, const ImageView<float>& image) {
    for (int y = 0; y < image.height; ++y, from += image.width) {
      std::copy_n(from, image.width, image.row(y));
    }
    return from;
  }

  Tvl1Options options_;
  std::unique_ptr<Device> device_;  // outlives the memory below
  DeviceArray<DeviceLevel> levels_;
  DeviceArray<LinearTap> taps_;
  DeviceArray<CubicWeights> cubic_weights_;
  std::array<Lane, kStreams> lanes_;

  // Of the last size.
  int width_ = 0;
  int height_ = 0;
  int capacity_ = 0;              // pairs of a launch
  bool memory_is_short_ = false;  // more do not fit
  KernelArguments arguments_ = {};
};

}  // namespace

std::unique_ptr<FlowEngine> MakeEngine(const Tvl1Options& options) {
  return MakeEngine(options, OpenDevice());
}

std::unique_ptr<FlowEngine> MakeEngine(const Tvl1Options& options, std::unique_ptr<Device> device) {
  return std::make_unique<Engine>(options, std::move(device));
}

}  // namespace mestr::internal::tvl1::cuda
