// The CUDA engine on this machine's device, where there is one, and in this build.
#include <regex>
#include <sstream>
#include <thread>

#include "core/files.h"
#include "flow/cuda/cuda_engine.h"
#include "flow/cuda_pairs.h"
#include "flow/flow_pairs.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using testing::ComputeFlows;
using testing::DifferentValues;
using testing::FlowField;
using ::testing::HasSubstr;
using testing::ImagePair;
using testing::NoisyAndMovingPairs;
using ::testing::Not;

// The engine, or why there is none.
struct CudaEngine {
  std::unique_ptr<FlowEngine> engine;
  std::string why_not;

  explicit CudaEngine(const Tvl1Options& options = {}) {
    try {
      engine = MakeFlowEngine({.method = FlowMethod::kCuda, .tvl1 = options});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kDevice);
      why_not = error.what();
    }
  }
};

TEST(CudaDevice, IsAClearErrorWhereThereIsNone) {
  const CudaEngine cuda;
  if (cuda.engine) GTEST_SKIP() << "there is one: " << cuda.engine->Description();
  // Not built, none that works, one that is broken or in use.
  EXPECT_THAT(cuda.why_not, AllOf(AnyOf(HasSubstr("cuda: not built"), HasSubstr("cannot be had: "),
                                        HasSubstr("the CUDA device failed: ")),
                                  Not(HasSubstr("\n"))));
}

// The bits of the CPU.
void ExpectEqualToExact(FlowEngine& cuda, const std::vector<ImagePair>& pairs,
                        const Tvl1Options& options = {}) {
  const std::vector<FlowField> expected =
      ComputeFlows(*MakeFlowEngine({.method = FlowMethod::kExact, .tvl1 = options}), pairs);
  const std::vector<FlowField> actual = ComputeFlows(cuda, pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(DifferentValues(actual[i], expected[i]), 0U) << pairs[i].name;
  }
}

TEST(CudaDevice, EqualsExact) {
  const CudaEngine cuda;
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  std::vector<ImagePair> pairs;
  for (const auto& [width, height] : {std::pair{128, 128}, {17, 23}, {203, 131}, {16, 16}}) {
    for (ImagePair& pair : NoisyAndMovingPairs(width, height, 20)) {
      pairs.push_back(std::move(pair));
    }
  }
  ExpectEqualToExact(*cuda.engine, pairs);
}

TEST(CudaDevice, EqualsExactOnFlatBlackIdenticalAndPointImages) {
  const CudaEngine cuda;
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  ExpectEqualToExact(*cuda.engine, testing::FlatBlackIdenticalAndPointPairs());
}

TEST(CudaDevice, EqualsExactForAllOptions) {
  const std::vector<ImagePair> pairs = NoisyAndMovingPairs(67, 54, 5);
  for (const Tvl1Options& options : testing::OtherOptions()) {
    const CudaEngine cuda(options);
    if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
    ExpectEqualToExact(*cuda.engine, pairs, options);
  }
}

// Each step of the kernel, few times: short enough for tools that watch every access.
TEST(CudaDevice, EqualsExactWithFewIterations) {
  const Tvl1Options options = {
      .scales = 2, .warps = 2, .inner_iterations = 4, .outer_iterations = 1};
  const CudaEngine cuda(options);
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  ExpectEqualToExact(*cuda.engine, NoisyAndMovingPairs(24, 20, 2), options);
}

// Blocks take a second pair, and streams a second launch.
TEST(CudaDevice, EqualsExactOnMorePairsThanTwoLaunchesHold) {
  const CudaEngine cuda;
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  ExpectEqualToExact(*cuda.engine, NoisyAndMovingPairs(24, 20, cuda.engine->PreferredBatch() + 3));
}

// The engine moves between threads, and a device is current to a thread.
TEST(CudaDevice, EqualsExactOnAnotherThreadToo) {
  const CudaEngine cuda;
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  ExpectEqualToExact(*cuda.engine, NoisyAndMovingPairs(40, 30, 3));
  std::thread([&] {
    ExpectEqualToExact(*cuda.engine, NoisyAndMovingPairs(40, 30, 3));
    ExpectEqualToExact(*cuda.engine, NoisyAndMovingPairs(30, 40, 3));
  }).join();
  ExpectEqualToExact(*cuda.engine, NoisyAndMovingPairs(30, 40, 3));
}

// The refusal must not show as the failure of a later call.
TEST(CudaDevice, WorksAfterAnAllocationWasRefused) {
  const CudaEngine cuda;
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  std::unique_ptr<tvl1::cuda::Device> device = tvl1::cuda::OpenDevice();
  const std::size_t available = device->AvailableBytes();
  EXPECT_GT(available, 0U);
  EXPECT_EQ(device->AllocateOnDevice(1000 * available), nullptr);
  const auto engine = tvl1::cuda::MakeEngine({}, std::move(device));
  ExpectEqualToExact(*engine, NoisyAndMovingPairs(40, 30, 3));
}

#if defined(MESTR_CUDA_PTX)
// What the compiler made of the kernel: the instructions of floating point in it round like those
// of the CPU. `.rn` on a product or a sum also keeps later tools from fusing them.
TEST(CudaKernelInstructions, AreNeitherFusedNorApproximate) {
  const std::string ptx = ReadFile(MESTR_CUDA_PTX);
  ASSERT_THAT(ptx, AllOf(HasSubstr("Tvl1Kernel"), HasSubstr("mul.rn.f32"), HasSubstr("div.rn.f32"),
                         HasSubstr("sqrt.rn.f64")));
  const std::regex instruction(R"(^\s*(?:@!?%\w+\s+)?([a-z]\w*\.[\w.]+)\s.*;)");
  const std::regex not_ieee(
      R"(fma\..*|mad\..*f(32|64)|.*\.(ftz|approx|full|sat)(\..*)?|(add|sub|mul|div|sqrt|rcp)\.f(32|64)|(sin|cos|ex2|lg2|rsqrt|tanh)\..*)");
  std::istringstream lines(ptx);
  int instructions = 0;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, instruction)) continue;
    ++instructions;
    EXPECT_FALSE(std::regex_match(match[1].str(), not_ieee)) << line;
  }
  EXPECT_GT(instructions, 1000);
}
#endif

}  // namespace
}  // namespace mestr::internal
