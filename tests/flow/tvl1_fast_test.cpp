// kFast against kExact: close where TV-L1 itself is stable.
#include <algorithm>
#include <cmath>

#include "flow/flow_pairs.h"
#include "flow/kernels_under_test.h"
#include "flow/tvl1_engine.h"
#include "flow/tvl1_kernels.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ComputeFlow;
using testing::FlowField;
using testing::ImagePair;
using testing::MakePair;

std::vector<double> Distances_px(const FlowField& a, const FlowField& b) {
  std::vector<double> distances;
  for (std::size_t i = 0; i < a.u.size(); ++i) {
    distances.push_back(
        std::hypot(static_cast<double>(a.u[i]) - b.u[i], static_cast<double>(a.v[i]) - b.v[i]));
  }
  std::sort(distances.begin(), distances.end());
  return distances;
}

// Single pixels may differ by more: the warp rounds to 1/32 px and the iterations stop at a
// threshold, so that one bit can decide for another minimum.
constexpr double kMedianTolerance_px = 1.0 / 32;
constexpr double kPercentile95Tolerance_px = 1.0 / 8;

class Tvl1Fast : public ::testing::TestWithParam<const tvl1::Kernels*> {};

TEST_P(Tvl1Fast, IsCloseToExact) {
  const auto fast = tvl1::MakeEngine(FlowMethod::kFast, {}, *GetParam());
  const auto exact = MakeFlowEngine({.method = FlowMethod::kExact, .tvl1 = {}});
  for (unsigned seed = 1; seed <= 5; ++seed) {
    for (const double noise : {0.0, 1.0, 3.0}) {
      const ImagePair pair = MakePair({.width = 80,
                                       .height = 72,
                                       .seed = seed,
                                       .noise = noise,
                                       .shift_px = 0.3,
                                       .bump_px = 0.7});
      const std::vector<double> distances =
          Distances_px(ComputeFlow(*fast, pair), ComputeFlow(*exact, pair));
      EXPECT_LT(distances[distances.size() / 2], kMedianTolerance_px) << pair.name;
      EXPECT_LT(distances[distances.size() * 95 / 100], kPercentile95Tolerance_px) << pair.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Tvl1Fast, ::testing::ValuesIn(tvl1::SupportedKernels()),
                         [](const auto& test) { return tvl1::TestName(*test.param); });

}  // namespace
}  // namespace mestr::internal
