// The CUDA engine on this machine's device, where there is one, and in this build.
#include <cstring>
#include <regex>
#include <sstream>

#include "flow/flow_pairs.h"
#include "mestr/core/files.h"
#include "support/test_support.h"

namespace mestr {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using testing::FlowField;
using ::testing::HasSubstr;
using testing::ImagePair;
using testing::MakePair;
using ::testing::Not;

// The engine, or why there is none.
struct CudaEngine {
  std::unique_ptr<FlowEngine> engine;
  std::string why_not;

  CudaEngine() {
    try {
      engine = MakeFlowEngine(FlowMethod::kCuda);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kDevice);
      why_not = error.what();
    }
  }
};

TEST(CudaDevice, IsAClearErrorWhereThereIsNone) {
  const CudaEngine cuda;
  if (cuda.engine) GTEST_SKIP() << "there is one: " << cuda.engine->Description();
  EXPECT_THAT(cuda.why_not, AllOf(AnyOf(HasSubstr("cuda: not built"), HasSubstr("NVIDIA driver"),
                                        HasSubstr("no CUDA device"), HasSubstr("no code for")),
                                  Not(HasSubstr("\n"))));
}

TEST(CudaDevice, EqualsExact) {
  const CudaEngine cuda;
  if (!cuda.engine) GTEST_SKIP() << "no CUDA device: " << cuda.why_not;
  std::vector<ImagePair> pairs;
  unsigned seed = 1;
  for (const auto& [width, height] : {std::pair{128, 128}, {17, 23}, {203, 131}, {16, 16}}) {
    for (const double noise : {0.0, 0.5, 1.0, 3.0}) {
      for (const double motion_px : {0.0, 0.3, 1.0, 2.5, 4.0}) {
        pairs.push_back(MakePair({.width = width,
                                  .height = height,
                                  .seed = seed++,
                                  .noise = noise,
                                  .shift_px = motion_px / 2,
                                  .bump_px = motion_px / 2}));
      }
    }
  }
  const auto exact = MakeFlowEngine(FlowMethod::kExact);
  const std::vector<FlowField> fields = ComputeFlows(*cuda.engine, pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const FlowField expected = ComputeFlow(*exact, pairs[i]);
    const std::size_t bytes = expected.u.size() * sizeof(float);
    EXPECT_EQ(std::memcmp(fields[i].u.data(), expected.u.data(), bytes), 0) << pairs[i].name;
    EXPECT_EQ(std::memcmp(fields[i].v.data(), expected.v.data(), bytes), 0) << pairs[i].name;
  }
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
}  // namespace mestr
