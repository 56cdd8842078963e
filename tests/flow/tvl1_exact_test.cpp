// kExact against OpenCV's DualTVL1: the same bits, on every instruction set.
#include <cstring>

#include "flow/flow_pairs.h"
#include "flow/tvl1_engine.h"
#include "flow/tvl1_kernels.h"
#include "support/test_support.h"

namespace mestr {
namespace {

using testing::ComputeFlow;
using testing::FlowField;
using testing::ImagePair;
using testing::MakeFlatPair;
using testing::MakePair;
using testing::PairOptions;

// Values whose bits differ.
std::size_t Differences(const FlowField& a, const FlowField& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.u.size(); ++i) {
    count += std::memcmp(&a.u[i], &b.u[i], sizeof(float)) != 0;
    count += std::memcmp(&a.v[i], &b.v[i], sizeof(float)) != 0;
  }
  return count;
}

// OpenCV is by far the slowest part, so each of its results is compared with all kernels.
void ExpectEqualToOpenCv(const std::vector<ImagePair>& pairs, const Tvl1Options& options = {}) {
  const auto reference = MakeFlowEngine(FlowMethod::kOpenCv, options);
  std::vector<std::unique_ptr<FlowEngine>> engines;
  for (const tvl1::Kernels* kernels : tvl1::SupportedKernels()) {
    engines.push_back(tvl1::MakeEngine(FlowMethod::kExact, options, *kernels));
  }
  for (const ImagePair& pair : pairs) {
    const FlowField expected = ComputeFlow(*reference, pair);
    for (const auto& engine : engines) {
      EXPECT_EQ(Differences(ComputeFlow(*engine, pair), expected), 0U)
          << engine->Description() << ", " << pair.name;
    }
  }
}

TEST(Tvl1Exact, EqualsOpenCvOnNoisyAndMovingPairs) {
  std::vector<ImagePair> pairs;
  unsigned seed = 1;
  for (const auto& [width, height] : {std::pair{16, 16}, {17, 23}, {31, 33}, {48, 40}, {40, 64}}) {
    for (const double noise : {0.0, 0.5, 1.0, 3.0}) {
      for (const double motion_px : {0.0, 0.3, 1.0, 2.5, 4.0}) {
        pairs.push_back(MakePair({.width = width,
                                  .height = height,
                                  .seed = seed++,
                                  .noise = noise,
                                  .shift_px = motion_px / 2,
                                  .bump_px = motion_px}));
      }
    }
  }
  ExpectEqualToOpenCv(pairs);
}

}  // namespace
}  // namespace mestr
