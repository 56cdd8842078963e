// How much each instruction set brings: TV-L1 with every set of kernels that this machine runs, and
// OpenCV's, one thread each. How fast flow is as mestr uses it: `mestr bench --parts flow`, which
// checks the results first and times the engines in turn.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "flow/flow_pairs.h"
#include "flow/tvl1_engine.h"

namespace mestr::internal {
namespace {

using testing::ImagePair;

// 128 x 128 px, as the face crops are; several, since the iterations a pair needs vary.
std::vector<ImagePair> MakePairs() {
  std::vector<ImagePair> pairs;
  for (unsigned seed = 100; seed < 105; ++seed) {
    pairs.push_back(testing::MakePair({.seed = seed, .noise = 2, .shift_px = 0.5, .bump_px = 1}));
  }
  return pairs;
}

void Register(std::unique_ptr<FlowEngine> made) {
  const std::shared_ptr<FlowEngine> engine = std::move(made);
  benchmark::RegisterBenchmark(engine->Description().c_str(), [engine](benchmark::State& state) {
    const std::vector<ImagePair> pairs = MakePairs();
    std::size_t next = 0;
    while (state.KeepRunning()) {
      benchmark::DoNotOptimize(testing::ComputeFlow(*engine, pairs[next]));
      next = (next + 1) % pairs.size();
    }
    state.SetItemsProcessed(state.iterations());
  })->Unit(benchmark::kMillisecond);
}

void RegisterAll() {
  Register(MakeFlowEngine({.method = FlowMethod::kOpenCv, .tvl1 = {}}));
  for (const FlowMethod method : {FlowMethod::kExact, FlowMethod::kFast}) {
    for (const tvl1::Kernels* kernels : tvl1::SupportedKernels()) {
      Register(tvl1::MakeEngine(method, {}, *kernels));
    }
  }
}

}  // namespace
}  // namespace mestr::internal

int main(int argc, char** argv) {
  mestr::internal::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
