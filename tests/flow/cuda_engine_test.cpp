// The CUDA engine and its kernel, run on the CPU: the same bits as kExact, whatever the order of
// the threads, their number, the memory and the batching.
#include "flow/cuda/cuda_engine.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <sstream>
#include <tuple>

#include "core/files.h"
#include "flow/cuda_host_device.h"
#include "flow/cuda_pairs.h"
#include "flow/flow_pairs.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CanRunInterleaved;
using testing::ComputeFlow;
using testing::ComputeFlows;
using testing::FlowField;
using ::testing::HasSubstr;
using testing::HostDevice;
using testing::HostDeviceOptions;
using testing::HostDeviceRecord;
using testing::ImagePair;
using testing::LineNumber;
using testing::MakeFlatPair;
using testing::MakePair;
using testing::NoisyAndMovingPairs;
using testing::ThreadOrder;

constexpr std::array kOrders = {ThreadOrder::kForward, ThreadOrder::kReverse,
                                ThreadOrder::kShuffled};

// Everything that runs but a single warp of few iterations, for tests that repeat much.
constexpr Tvl1Options kQuick{.scales = 2, .warps = 2, .inner_iterations = 4, .outer_iterations = 2};

bool Equal(const FlowField& a, const FlowField& b) {
  const std::size_t bytes = a.u.size() * sizeof(float);
  return a.u.size() == b.u.size() && std::memcmp(a.u.data(), b.u.data(), bytes) == 0 &&
         std::memcmp(a.v.data(), b.v.data(), bytes) == 0;
}

std::vector<FlowField> Expected(const std::vector<ImagePair>& pairs,
                                const Tvl1Options& options = {}) {
  return ComputeFlows(*MakeFlowEngine({.method = FlowMethod::kExact, .tvl1 = options}), pairs);
}

struct TestedEngine {
  std::shared_ptr<HostDeviceRecord> record = std::make_shared<HostDeviceRecord>();
  std::unique_ptr<FlowEngine> engine;

  explicit TestedEngine(const HostDeviceOptions& device, const Tvl1Options& options = {})
      : engine(tvl1::cuda::MakeEngine(options, std::make_unique<HostDevice>(device, record))) {}
};

// The threads of the thread sanitizer's runs are real ones, and few.
HostDeviceOptions DefaultDevice() {
  HostDeviceOptions options;
  options.slots = 3;
  options.shared_floats = 4000;
  options.real_threads = !CanRunInterleaved();
  if (options.real_threads) options.grid.threads = 4;
  return options;
}

void ExpectEqualToExact(const std::vector<ImagePair>& pairs, const HostDeviceOptions& device,
                        const Tvl1Options& options = {}) {
  const std::vector<FlowField> expected = Expected(pairs, options);
  const TestedEngine tested(device, options);
  const std::vector<FlowField> actual = ComputeFlows(*tested.engine, pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_TRUE(Equal(actual[i], expected[i])) << pairs[i].name;
  }
}

TEST(CudaKernel, EqualsExactOnNoisyAndMovingPairsOfManySizes) {
  for (const auto& [width, height] :
       {std::pair{16, 16}, {17, 23}, {31, 33}, {48, 40}, {16, 70}, {71, 17}, {50, 53}}) {
    ExpectEqualToExact(NoisyAndMovingPairs(width, height, 5), DefaultDevice());
  }
}

TEST(CudaKernel, EqualsExactOnFaceCrops) {
  HostDeviceOptions device = DefaultDevice();
  device.shared_floats = 57000;  // as on an H100
  ExpectEqualToExact(NoisyAndMovingPairs(128, 128, 4), device);
}

TEST(CudaKernel, EqualsExactOnFlatBlackIdenticalAndPointImages) {
  ExpectEqualToExact(testing::FlatBlackIdenticalAndPointPairs(), DefaultDevice());
}

// Displacements beyond the image, where the warp reads nothing.
TEST(CudaKernel, EqualsExactOnUnrelatedImages) {
  std::vector<ImagePair> pairs;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    pairs.push_back(MakePair({.width = 24, .height = 20, .seed = seed, .contrast = 120}));
    pairs.back().to =
        MakePair({.width = 24, .height = 20, .seed = seed + 100, .contrast = 120, .detail = 1.5})
            .from;
    pairs.back().name = "unrelated " + pairs.back().name;
  }
  ExpectEqualToExact(pairs, DefaultDevice(), {.lambda = 1.5});
}

TEST(CudaKernel, EqualsExactForAllOptions) {
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(37, 34, 3);
  for (const Tvl1Options& options : testing::OtherOptions()) {
    ExpectEqualToExact(pairs, DefaultDevice(), options);
  }
}

TEST(CudaKernel, ResultDoesNotDependOnOrderOrNumberOfThreads) {
  if (!CanRunInterleaved()) GTEST_SKIP() << "the thread sanitizer does not know coroutines";
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(29, 21, 2);
  const std::vector<FlowField> expected = Expected(pairs, kQuick);
  for (const ThreadOrder order : kOrders) {
    for (const int threads : {1, 7, 32, 96, 1000, tvl1::cuda::kMaxThreads}) {
      HostDeviceOptions device = DefaultDevice();
      device.grid = {.threads = threads, .order = order};
      const TestedEngine tested(device, kQuick);
      const std::vector<FlowField> actual = ComputeFlows(*tested.engine, pairs);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        EXPECT_TRUE(Equal(actual[i], expected[i])) << threads << " threads, " << pairs[i].name;
      }
    }
  }
}

TEST(CudaKernel, ResultDoesNotDependOnHowManyPlanesAreInSharedMemory) {
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(29, 21, 2);
  for (const std::size_t planes : {0, 1, 3, 6, 9, 10, 20}) {
    HostDeviceOptions device = DefaultDevice();
    device.shared_floats = planes * 29 * 21 + 5;
    ExpectEqualToExact(pairs, device, kQuick);
  }
}

// For the thread sanitizer above all, which finds every race in this run.
TEST(CudaKernel, EqualsExactWithThreadsOfItsOwn) {
  HostDeviceOptions device = DefaultDevice();
  device.real_threads = true;
  device.grid.threads = 3;
  ExpectEqualToExact(NoisyAndMovingPairs(20, 18, 3), device, kQuick);
}

// In these the sum of the steps comes so close to the limit once that it is taken in order.
std::vector<ImagePair> PairsWithCloseStops() {
  const auto make = [](unsigned seed, double noise, double motion_px) {
    return MakePair({.width = 64,
                     .height = 48,
                     .seed = seed,
                     .noise = noise,
                     .shift_px = motion_px / 2,
                     .bump_px = motion_px / 2});
  };
  return {make(64074, 1, 0.3), make(64089, 0.5, 0.3), make(64106, 1, 2.5)};
}

// Lines with a barrier, in the source.
std::set<LineNumber> BarrierLines() {
  std::istringstream source(ReadFile(testing::SourcePath("src/flow/cuda/tvl1_kernel.h")));
  std::set<LineNumber> lines;
  LineNumber number = 0;
  for (std::string line; std::getline(source, line);) {
    ++number;
    if (line.find("Sync();") != std::string::npos) lines.insert(number);
  }
  return lines;
}

// True when a kernel without the barriers at this line gives another result, or none.
bool IsNeeded(LineNumber line, const std::vector<ImagePair>& pairs,
              const std::vector<FlowField>& expected) {
  for (const ThreadOrder order : kOrders) {
    HostDeviceOptions device = DefaultDevice();
    device.slots = 1;
    device.grid.order = order;
    device.grid.dropped_barrier = line;
    const TestedEngine tested(device);
    try {
      const std::vector<FlowField> actual = ComputeFlows(*tested.engine, pairs);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (!Equal(actual[i], expected[i])) return true;
      }
    } catch (const std::logic_error&) {
      return true;
    }
  }
  return false;
}

// The proof that these tests notice a missing barrier: each of those that stand is reached, and
// without it the result is another.
TEST(CudaKernel, EveryBarrierIsReachedAndNeeded) {
  if (!CanRunInterleaved()) GTEST_SKIP() << "the thread sanitizer does not know coroutines";
  const std::vector<ImagePair> pairs = PairsWithCloseStops();
  const std::vector<FlowField> expected = Expected(pairs);
  const TestedEngine tested(DefaultDevice());
  ComputeFlows(*tested.engine, pairs);
  const std::set<LineNumber> lines = BarrierLines();
  EXPECT_EQ(lines.size(), 9U);
  for (const LineNumber line : lines) {
    EXPECT_GT(tested.record->barriers[line], 0) << "tvl1_kernel.h:" << line;
    EXPECT_TRUE(IsNeeded(line, pairs, expected)) << "tvl1_kernel.h:" << line;
  }
}

TEST(CudaKernel, EqualsExactWhereStopsAreCloseToTheLimit) {
  ExpectEqualToExact(PairsWithCloseStops(), DefaultDevice());
}

TEST(CudaEngine, SplitsABatchInLaunchesThatAllStreamsShare) {
  HostDeviceOptions device = DefaultDevice();
  device.slots = 2;
  for (const bool late : {false, true}) {
    device.late = late;
    const TestedEngine tested(device, kQuick);
    EXPECT_EQ(tested.engine->PreferredBatch(), 8);
    for (const int count : {1, 2, 7, 8, 9, 21}) {
      const std::vector<ImagePair> pairs = NoisyAndMovingPairs(18, 17, count);
      const std::vector<FlowField> expected = Expected(pairs, kQuick);
      const std::vector<FlowField> actual = ComputeFlows(*tested.engine, pairs);
      for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_TRUE(Equal(actual[i], expected[i]));
    }
    int pairs_of_all = 0;
    for (const HostDeviceRecord::Launch& launch : tested.record->launches) {
      EXPECT_LE(launch.pairs, 4);
      EXPECT_EQ(launch.slots, std::min(launch.pairs, 2));
      pairs_of_all += launch.pairs;
    }
    EXPECT_EQ(pairs_of_all, 1 + 2 + 7 + 8 + 9 + 21);
    EXPECT_EQ(tested.record->launches[1].stream, 0);
    EXPECT_EQ(tested.record->launches[2].stream, 1);
  }
}

TEST(CudaEngine, KeepsItsMemoryWhileCallsHoldMoreAndMorePairs) {
  HostDeviceOptions device = DefaultDevice();
  device.slots = 8;
  const TestedEngine tested(device, kQuick);
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(16, 16, 16);
  for (std::ptrdiff_t count = 1; count <= 16; ++count) {
    ComputeFlows(*tested.engine, {pairs.begin(), pairs.begin() + count});
  }
  ComputeFlows(*tested.engine, {pairs.front()});
  // Room for 1, 2, 4 and 8 pairs a launch: three tables, and four arrays for each of two streams.
  EXPECT_EQ(tested.record->device_allocations, 4 * (3 + 2 * 4));
}

TEST(CudaEngine, ComputesPairsOfDifferentSizesInOneCall) {
  std::vector<ImagePair> pairs;
  for (const auto& [width, height] :
       {std::pair{20, 18}, {20, 18}, {18, 20}, {40, 30}, {20, 18}, {16, 16}}) {
    pairs.push_back(
        MakePair({.width = width, .height = height, .seed = 5, .noise = 1, .shift_px = 0.5}));
  }
  ExpectEqualToExact(pairs, DefaultDevice(), kQuick);
}

TEST(CudaEngine, ReadsAndWritesViewsWithGapsBetweenRows) {
  const ImagePair pair = MakePair({.width = 20, .height = 18, .noise = 1, .shift_px = 0.5});
  constexpr std::size_t kStride = 31;
  constexpr float kUntouched = 12345;
  std::vector<std::uint8_t> from(kStride * 18, 255);
  std::vector<std::uint8_t> to(kStride * 18, 255);
  for (std::size_t y = 0; y < 18; ++y) {
    std::copy_n(&pair.from.pixels[y * 20], 20, &from[y * kStride]);
    std::copy_n(&pair.to.pixels[y * 20], 20, &to[y * kStride]);
  }
  std::vector<float> u(kStride * 18, kUntouched);
  std::vector<float> v(kStride * 18, kUntouched);
  const FlowPair task{{from.data(), 20, 18, kStride},
                      {to.data(), 20, 18, kStride},
                      {u.data(), 20, 18, kStride},
                      {v.data(), 20, 18, kStride}};
  const TestedEngine tested(DefaultDevice(), kQuick);
  tested.engine->Compute({&task, 1});
  const FlowField expected = Expected({pair}, kQuick).front();
  for (std::size_t y = 0; y < 18; ++y) {
    for (std::size_t x = 0; x < kStride; ++x) {
      EXPECT_EQ(u[y * kStride + x], x < 20 ? expected.u[y * 20 + x] : kUntouched);
      EXPECT_EQ(v[y * kStride + x], x < 20 ? expected.v[y * 20 + x] : kUntouched);
    }
  }
}

// Most of one pair's memory is its slot's: 14 planes and two pyramids of floats.
constexpr std::size_t kBytesOfAPair = 18 * 17 * 4 * 19;
// Page-locked: two images and two components of the flow.
constexpr std::size_t kPageLockedBytesOfAPair = 18 * 17 * 2 * (1 + 4);

// Computes 12 pairs of these sizes two times, with 3 slots.
std::shared_ptr<HostDeviceRecord> RunTwice(const HostDeviceOptions& device) {
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(18, 17, 12);
  const std::vector<FlowField> expected = Expected(pairs, kQuick);
  const TestedEngine tested(device, kQuick);
  for (int call = 0; call < 2; ++call) {
    const std::vector<FlowField> actual = ComputeFlows(*tested.engine, pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_TRUE(Equal(actual[i], expected[i]));
  }
  return tested.record;
}

int LargestLaunch(const HostDeviceRecord& record) {
  int largest = 0;
  for (const HostDeviceRecord::Launch& launch : record.launches) {
    largest = std::max(largest, launch.pairs);
  }
  return largest;
}

TEST(CudaEngine, LeavesAShareOfTheDevicesMemory) {
  for (const auto& [pairs_in_memory, largest_launch] : {std::pair{9, 6}, {8, 3}, {6, 1}}) {
    HostDeviceOptions device = DefaultDevice();
    device.memory_bytes = static_cast<std::size_t>(pairs_in_memory) * kBytesOfAPair;
    const auto record = RunTwice(device);
    EXPECT_EQ(LargestLaunch(*record), largest_launch);
    EXPECT_EQ(record->refused_allocations, 0);
    EXPECT_LT(record->most_device_bytes, device.memory_bytes / 10 * 9);  // 80 %, and tables
  }
}

TEST(CudaEngine, TakesMoreThanItsShareForOnePair) {
  HostDeviceOptions device = DefaultDevice();
  device.memory_bytes = 9 * kBytesOfAPair / 4;
  EXPECT_EQ(LargestLaunch(*RunTwice(device)), 1);
}

TEST(CudaEngine, ComputesFewerPairsAtATimeWhereAllocationsAreRefused) {
  HostDeviceOptions device = DefaultDevice();
  device.host_memory_bytes = 5 * kPageLockedBytesOfAPair;
  const auto record = RunTwice(device);
  EXPECT_EQ(record->refused_allocations, 2);  // 6 pairs a launch, 3, then 1; not tried again
  EXPECT_EQ(LargestLaunch(*record), 1);
}

TEST(CudaEngine, BoundsThePageLockedMemoryOfAStream) {
  HostDeviceOptions device = DefaultDevice();
  device.page_locked_bytes = 3 * kPageLockedBytesOfAPair - 1;
  const TestedEngine tested(device, kQuick);
  // Sizes, and how many pairs of them go into a launch.
  for (const auto& [width, height, largest_launch] :
       {std::tuple{16, 16, 3}, {18, 17, 2}, {36, 34, 1}}) {
    tested.record->launches.clear();
    const std::vector<ImagePair> pairs = NoisyAndMovingPairs(width, height, 12);
    for (std::ptrdiff_t count = 1; count <= 12; ++count) {
      ComputeFlows(*tested.engine, {pairs.begin(), pairs.begin() + count});
    }
    EXPECT_EQ(LargestLaunch(*tested.record), largest_launch) << width << " x " << height;
    if (largest_launch > 1) {
      EXPECT_LE(tested.record->host_bytes, 2 * device.page_locked_bytes);
    }
  }
  EXPECT_EQ(tested.record->refused_allocations, 0);
}

TEST(CudaEngine, SaysThatMemoryIsShortWhereNotOnePairFits) {
  HostDeviceOptions device = DefaultDevice();
  device.memory_bytes = kBytesOfAPair;
  const TestedEngine tested(device, kQuick);
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(18, 17, 3);
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kDevice, [&] { ComputeFlows(*tested.engine, pairs); }),
      AllOf(HasSubstr("played by the CPU"), HasSubstr("18 x 17 px"), HasSubstr("1 MiB"),
            HasSubstr("flow method exact")));
  const std::vector<ImagePair> smaller = NoisyAndMovingPairs(16, 16, 1);
  EXPECT_LE(tested.record->device_bytes, kBytesOfAPair / 10);  // tables alone
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kDevice, [&] { ComputeFlows(*tested.engine, smaller); }),
      HasSubstr("16 x 16 px"));
}

TEST(CudaEngine, WorksAgainAfterADeviceError) {
  for (const int failing_launch : {0, 1, 2}) {
    for (const bool late : {false, true}) {
      HostDeviceOptions device = DefaultDevice();
      device.slots = 1;
      device.late = late;
      const TestedEngine tested(device, kQuick);
      tested.record->failing_launch = failing_launch;
      const std::vector<ImagePair> pairs = NoisyAndMovingPairs(18, 17, 7);
      EXPECT_THAT(
          testing::ErrorMessage(ErrorKind::kDevice, [&] { ComputeFlows(*tested.engine, pairs); }),
          HasSubstr("on purpose"));
      const std::vector<FlowField> expected = Expected(pairs, kQuick);
      const std::vector<FlowField> actual = ComputeFlows(*tested.engine, pairs);
      for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_TRUE(Equal(actual[i], expected[i]));
    }
  }
}

TEST(CudaEngine, ReportsTheFirstErrorOfADeviceThatFailsMoreThanOnce) {
  HostDeviceOptions device = DefaultDevice();
  device.slots = 1;
  const TestedEngine tested(device, kQuick);
  tested.record->failing_launch = 1;
  tested.record->is_broken_after_it = true;
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(18, 17, 7);
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kDevice, [&] { ComputeFlows(*tested.engine, pairs); }),
      HasSubstr("on purpose"));
}

TEST(CudaEngine, RefusesSizesThatDifferAndImagesThatAreTooSmall) {
  const TestedEngine tested(DefaultDevice());
  ImagePair pair = MakePair({.width = 20, .height = 18});
  pair.to = MakePair({.width = 18, .height = 20}).to;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                    [&] { ComputeFlow(*tested.engine, pair); }),
              HasSubstr("18 x 20 px"));
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInvalidArgument,
                            [&] { ComputeFlow(*tested.engine, MakeFlatPair(15, 20, 0, 0)); }),
      HasSubstr("15 x 20 px"));
  EXPECT_TRUE(tested.record->launches.empty());
}

TEST(CudaEngine, ComputesNothingForNoPairs) {
  const TestedEngine tested(DefaultDevice());
  tested.engine->Compute({});
  EXPECT_TRUE(tested.record->launches.empty());
  EXPECT_EQ(tested.record->device_bytes, 0U);
}

TEST(CudaEngine, NamesItsDevice) {
  EXPECT_EQ(TestedEngine(DefaultDevice()).engine->Description(), "cuda (played by the CPU)");
}

}  // namespace
}  // namespace mestr::internal
