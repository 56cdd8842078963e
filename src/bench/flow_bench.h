// Flow engines side by side on the same pairs of images, checked before they are timed.
#pragma once

#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/statistics.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal {

struct GrayPair {
  cv::Mat from;  // 8 bit, one channel, both of one size
  cv::Mat to;
};

// Pairs of one kind and size, at least one.
struct PairSet {
  std::string kind;  // for people: "noisy", "clean", "motion", "clip"
  std::vector<GrayPair> pairs;
};

// Empty: MakeFlowEngine.
using FlowEngineFactory = std::function<std::unique_ptr<FlowEngine>(const FlowOptions&)>;

struct FlowBenchOptions {
  std::vector<FlowMethod> methods = {FlowMethod::kOpenCv, FlowMethod::kExact, FlowMethod::kFast,
                                     FlowMethod::kCuda};
  std::vector<int> threads = {1, 2};  // workers at the same time, each >= 1
  int repetitions = 3;                // of every pair, >= 1
  bool must_have_cuda = false;        // else an absent CUDA engine is reported
  Tvl1Options tvl1;
  FlowEngineFactory make_engine;
  std::function<void(const std::string& line)> on_progress;  // may be empty
};

// How far an engine is from OpenCV on one set of pairs.
struct FlowCheck {
  FlowMethod method = FlowMethod::kExact;
  std::string kind;
  cv::Size size;
  std::size_t pairs = 0;
  bool equal_bits = false;
  double max_px = 0;  // largest and mean |difference| of u and v; infinite where one is not finite
  double mean_px = 0;
};

// One engine on one set of pairs. A sample is one pair, computed by every worker at the same time
// (a CUDA engine: by one worker, in a batch that starts with that pair).
struct FlowTiming {
  FlowMethod method = FlowMethod::kExact;
  std::string engine;  // its description
  std::string kind;
  cv::Size size;
  int threads = 1;
  Spread ms_per_pair;             // wall time / pairs that all workers computed in it
  Spread cpu_ms_per_pair;         // of the workers' threads
  std::optional<Spread> speedup;  // OpenCV's time on the same threads / its own, sample by sample;
                                  // empty where OpenCV was not asked for
  std::optional<Spread>
      cpu_speedup;  // the same of processor time, which a busy machine changes less
};

struct AbsentEngine {
  FlowMethod method = FlowMethod::kCuda;
  std::string reason;
};

struct FlowBenchReport {
  std::vector<FlowCheck> checks;
  std::vector<FlowTiming> timings;
  std::vector<AbsentEngine> absent;
};

// Every engine computes every pair once before any is timed. Throws Error{kInvalidArgument} when
// exact or cuda differ from OpenCV in any bit, or without pairs; Error{kDevice} when cuda must be
// there and is not. Timed rounds are interleaved: each engine computes a pair before the next
// pair's turn, so that a machine that is busy for a while slows all of them.
FlowBenchReport RunFlowBench(std::span<const PairSet> sets, const FlowBenchOptions& options);

}  // namespace mestr::internal
