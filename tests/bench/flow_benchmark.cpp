// How fast flow is: OpenCV's DualTVL1 against our exact and fast engines, one thread each.
//
//   mestr_flow_benchmark --paired [rounds]
//     The comparison to quote. Every round computes the same pair with each engine in turn, so that
//     a machine that slows down slows all of them; the speed-up is the median of the rounds'
//     ratios. Times are the thread's CPU time, which other programs disturb least. Then the same
//     with two workers, each with its own engine, in wall time. Checks that exact equals OpenCV bit
//     for bit.
//   mestr_flow_benchmark [Google Benchmark's flags]
//     Times of each engine and instruction set by itself.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "flow/flow_pairs.h"
#include "flow/tvl1_engine.h"

namespace mestr {
namespace {

using testing::ComputeFlow;
using testing::FlowField;
using testing::ImagePair;

// 128 x 128 px, as the face crops are; five of each kind, since the iterations a pair needs vary.
struct PairKind {
  const char* name;
  testing::PairOptions options;
};

const PairKind kKinds[] = {
    {"still, noise 1", {.noise = 1}},
    {"still, noise 3", {.noise = 3}},
    {"moving, noise 2", {.noise = 2, .shift_px = 0.5, .bump_px = 1}},
    {"moving, clean", {.noise = 0, .shift_px = 0.5, .bump_px = 1}},
    // Beyond what TV-L1 can follow: nearly every iteration runs.
    {"strong motion", {.noise = 2, .shift_px = 10, .bump_px = 10, .contrast = 120}},
};
constexpr int kPairsPerKind = 5;

std::vector<ImagePair> MakePairs(const PairKind& kind) {
  std::vector<ImagePair> pairs;
  for (int i = 0; i < kPairsPerKind; ++i) {
    testing::PairOptions options = kind.options;
    options.seed = 100 + static_cast<unsigned>(i);
    pairs.push_back(MakePair(options));
  }
  return pairs;
}

double ThreadCpuMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

double Milliseconds(FlowEngine& engine, const ImagePair& pair, FlowField& field) {
  const double start = ThreadCpuMilliseconds();
  field = ComputeFlow(engine, pair);
  return ThreadCpuMilliseconds() - start;
}

// Wall time until each of two workers has computed all pairs.
double TwoWorkersMilliseconds(FlowMethod method, const std::vector<ImagePair>& pairs) {
  std::vector<std::unique_ptr<FlowEngine>> engines;
  engines.reserve(2);
  for (int i = 0; i < 2; ++i) engines.push_back(MakeFlowEngine(method));
  for (const auto& engine : engines) ComputeFlow(*engine, pairs.front());  // warm-up
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  workers.reserve(engines.size());
  for (const auto& engine : engines) {
    workers.emplace_back([&] {
      for (const ImagePair& pair : pairs) ComputeFlow(*engine, pair);
    });
  }
  for (std::thread& worker : workers) worker.join();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Largest distance of two flows, in px.
double LargestDifference(const FlowField& a, const FlowField& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.u.size(); ++i) {
    largest = std::max(largest, std::hypot(static_cast<double>(a.u[i]) - b.u[i],
                                           static_cast<double>(a.v[i]) - b.v[i]));
  }
  return largest;
}

// False where exact does not equal OpenCV.
bool RunPaired(int rounds) {
  const auto opencv = MakeFlowEngine(FlowMethod::kOpenCv);
  const auto exact = MakeFlowEngine(FlowMethod::kExact);
  const auto fast = MakeFlowEngine(FlowMethod::kFast);
  std::printf("%s; %s; %s; 128 x 128 px, %d pairs a kind, %d rounds, medians\n",
              opencv->Description().c_str(), exact->Description().c_str(),
              fast->Description().c_str(), kPairsPerKind, rounds);
  std::printf("%-16s %10s %10s %10s %14s %14s %14s\n", "pairs", "opencv ms", "exact ms", "fast ms",
              "opencv/exact", "opencv/fast", "fast off by px");
  bool equal = true;
  for (const PairKind& kind : kKinds) {
    std::vector<double> ms[3];
    std::vector<double> ratio[2];
    double difference = 0;
    for (const ImagePair& pair : MakePairs(kind)) {
      FlowField fields[3];
      for (FlowEngine* engine : {exact.get(), fast.get()}) ComputeFlow(*engine, pair);  // warm-up
      for (int round = 0; round < rounds; ++round) {
        const double a = Milliseconds(*opencv, pair, fields[0]);
        const double b = Milliseconds(*exact, pair, fields[1]);
        const double c = Milliseconds(*fast, pair, fields[2]);
        ms[0].push_back(a);
        ms[1].push_back(b);
        ms[2].push_back(c);
        ratio[0].push_back(a / b);
        ratio[1].push_back(a / c);
      }
      equal = equal && testing::DifferentValues(fields[0], fields[1]) == 0;
      difference = std::max(difference, LargestDifference(fields[0], fields[2]));
    }
    std::printf("%-16s %10.2f %10.2f %10.2f %13.1fx %13.1fx %14.3f\n", kind.name, Median(ms[0]),
                Median(ms[1]), Median(ms[2]), Median(ratio[0]), Median(ratio[1]), difference);
    std::fflush(stdout);
  }
  std::printf("exact %s OpenCV bit for bit\n", equal ? "equals" : "DOES NOT EQUAL");
  return equal;
}

void RunTwoWorkers(int rounds) {
  const std::vector<ImagePair> pairs = MakePairs({"", {.noise = 3}});
  std::vector<double> exact;
  std::vector<double> fast;
  for (int round = 0; round < rounds; ++round) {
    const double opencv_ms = TwoWorkersMilliseconds(FlowMethod::kOpenCv, pairs);
    exact.push_back(opencv_ms / TwoWorkersMilliseconds(FlowMethod::kExact, pairs));
    fast.push_back(opencv_ms / TwoWorkersMilliseconds(FlowMethod::kFast, pairs));
  }
  std::printf("two workers, still, noise 3: opencv/exact %.1fx, opencv/fast %.1fx\n", Median(exact),
              Median(fast));
}

void RunEngine(benchmark::State& state, FlowEngine& engine, const std::vector<ImagePair>& pairs) {
  std::size_t next = 0;
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(ComputeFlow(engine, pairs[next]));
    next = (next + 1) % pairs.size();
  }
  state.SetItemsProcessed(state.iterations());
}

void RegisterAll() {
  for (const PairKind& kind : kKinds) {
    const auto pairs = std::make_shared<std::vector<ImagePair>>(MakePairs(kind));
    const auto add = [&](const std::shared_ptr<FlowEngine>& engine) {
      const std::string name = std::string(kind.name) + "/" + engine->Description();
      benchmark::RegisterBenchmark(name.c_str(), [engine, pairs](benchmark::State& state) {
        RunEngine(state, *engine, *pairs);
      })->Unit(benchmark::kMillisecond);
    };
    add(MakeFlowEngine(FlowMethod::kOpenCv));
    for (const tvl1::Kernels* kernels : tvl1::SupportedKernels()) {
      add(tvl1::MakeEngine(FlowMethod::kExact, {}, *kernels));
      add(tvl1::MakeEngine(FlowMethod::kFast, {}, *kernels));
    }
  }
}

}  // namespace
}  // namespace mestr

int main(int argc, char** argv) {
  if (argc >= 2 && std::strcmp(argv[1], "--paired") == 0) {
    const int rounds = argc >= 3 ? std::atoi(argv[2]) : 5;
    const bool equal = mestr::RunPaired(std::max(rounds, 1));
    mestr::RunTwoWorkers(std::max(rounds, 1));
    return equal ? 0 : 1;
  }
  mestr::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
