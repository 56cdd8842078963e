// How many pairs a second a CUDA device computes, against the exact engine on all processors: timed
// in turn on the same pairs, after the results were found to have the same bits.
//
//   mestr_cuda_flow_benchmark [ROUNDS]     (default 15)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/quantile.h"
#include "flow/flow_pairs.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal {
namespace {

using testing::FlowField;
using testing::ImagePair;
using Engines = std::vector<std::unique_ptr<FlowEngine>>;

// Face crops under a camera's noise; what follows is moved, or shows something else.
struct Kind {
  const char* name;
  double noise;
  double motion_px;
};
constexpr Kind kKinds[] = {
    {"noise 1, still", 1, 0}, {"noise 3, still", 3, 0}, {"noise 2, motion of 2 + 2 px", 2, 2}};
constexpr int kSide_px = 128;

std::string ProcessorName() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

std::vector<ImagePair> PairsOf(const Kind& kind, std::size_t count) {
  constexpr std::size_t kDifferent = 24;
  std::vector<ImagePair> pairs;
  for (std::size_t i = 0; i < std::min(kDifferent, count); ++i) {
    pairs.push_back(testing::MakePair({.width = kSide_px,
                                       .height = kSide_px,
                                       .seed = static_cast<unsigned>(100 + i),
                                       .noise = kind.noise,
                                       .shift_px = kind.motion_px,
                                       .bump_px = kind.motion_px}));
  }
  for (std::size_t i = kDifferent; i < count; ++i) pairs.push_back(pairs[i % kDifferent]);
  return pairs;
}

// One call an engine, each in a thread of its own, on a part of the pairs.
void ComputeAll(const Engines& engines, const std::vector<ImagePair>& pairs,
                std::vector<FlowField>& flows) {
  std::vector<std::future<void>> parts;
  for (std::size_t e = 0; e < engines.size(); ++e) {
    parts.push_back(std::async(std::launch::async, [&, e] {
      std::vector<FlowPair> own;
      for (std::size_t i = e; i < pairs.size(); i += engines.size()) {
        own.push_back(
            {pairs[i].from.view(), pairs[i].to.view(), flows[i].u_view(), flows[i].v_view()});
      }
      engines[e]->Compute(own);
    }));
  }
  for (std::future<void>& part : parts) part.get();
}

double Seconds(const Engines& engines, const std::vector<ImagePair>& pairs,
               std::vector<FlowField>& flows) {
  const auto start = std::chrono::steady_clock::now();
  ComputeAll(engines, pairs, flows);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Times {
  std::vector<double> cuda_s;
  std::vector<double> exact_s;
};

Times TimeInTurn(const Engines& cuda, const Engines& exact, const std::vector<ImagePair>& pairs,
                 int rounds) {
  std::vector<FlowField> by_cuda(pairs.size(), FlowField(kSide_px, kSide_px));
  std::vector<FlowField> by_exact = by_cuda;
  ComputeAll(cuda, pairs, by_cuda);
  ComputeAll(exact, pairs, by_exact);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (testing::DifferentValues(by_cuda[i], by_exact[i]) > 0) {
      throw std::runtime_error("pair " + std::to_string(i) + " differs from exact");
    }
  }
  Times times;
  for (int round = 0; round < rounds; ++round) {
    times.cuda_s.push_back(Seconds(cuda, pairs, by_cuda));
    times.exact_s.push_back(Seconds(exact, pairs, by_exact));
  }
  return times;
}

std::string RateText(std::vector<double> seconds, std::size_t pairs) {
  std::sort(seconds.begin(), seconds.end());
  const auto rate = [&](double q) { return static_cast<double>(pairs) / Quantile(seconds, 1 - q); };
  char text[80];
  std::snprintf(text, sizeof text, "%.0f (%.0f - %.0f)", rate(0.5), rate(0.25), rate(0.75));
  return text;
}

void PrintRow(const Kind& kind, std::size_t pairs, const Times& times) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < times.cuda_s.size(); ++i) {
    ratios.push_back(times.exact_s[i] / times.cuda_s[i]);
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("| %s | %zu | %s | %s | %.1f (%.1f - %.1f) |\n", kind.name, pairs,
              RateText(times.cuda_s, pairs).c_str(), RateText(times.exact_s, pairs).c_str(),
              Quantile(ratios, 0.5), Quantile(ratios, 0.25), Quantile(ratios, 0.75));
  std::fflush(stdout);
}

void Run(int rounds) {
  Engines cuda;
  cuda.push_back(MakeFlowEngine({.method = FlowMethod::kCuda, .tvl1 = {}}));
  Engines exact;
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < processors; ++i) {
    exact.push_back(MakeFlowEngine({.method = FlowMethod::kExact, .tvl1 = {}}));
  }
  std::printf("%s; %s, %u threads on %s. Pairs of %d x %d px a second, medians (quartiles) of %d\n",
              cuda.front()->Description().c_str(), exact.front()->Description().c_str(), processors,
              ProcessorName().c_str(), kSide_px, kSide_px, rounds);
  std::printf("rounds in turn; every flow of both has the same bits.\n\n");
  std::printf("| pairs | in a call | device | all processors | ratio |\n");
  std::printf("| --- | --- | --- | --- | --- |\n");
  const auto full = static_cast<std::size_t>(cuda.front()->PreferredBatch());
  for (const Kind& kind : kKinds) {
    for (const std::size_t count : {std::size_t{1}, full / 8, full, 4 * full}) {
      const std::vector<ImagePair> pairs = PairsOf(kind, count);
      PrintRow(kind, count, TimeInTurn(cuda, exact, pairs, rounds));
    }
  }
}

}  // namespace
}  // namespace mestr::internal

int main(int argc, char** argv) {
  try {
    mestr::internal::Run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 15);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mestr_cuda_flow_benchmark: %s\n", error.what());
    return 1;
  }
  return 0;
}
