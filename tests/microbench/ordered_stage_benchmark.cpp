// Our pipeline of threads (core/ordered_stage.h, core/stage_threads.h) against oneTBB's
// parallel_pipeline, on the same busy work.
//
//   mestr_ordered_stage_benchmark [repetitions]
//     The stages of pipeline/feature_stream.cpp: decoding and alignment, one frame after another;
//     flow, many frames at the same time; the network, in order of frames. Each keeps a processor
//     busy for its time on the thread's CPU clock, so that threads beyond the processors cost what
//     they cost. Ours: a thread each for decoding and alignment, a flow worker a processor, the
//     network in the calling thread. oneTBB: as many threads as processors. The two take turns, the
//     ratio is taken repetition by repetition, and every run's results are compared with those of a
//     plain loop.
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/version.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/machine.h"
#include "bench/statistics.h"
#include "core/cost.h"
#include "core/ordered_stage.h"
#include "core/stage_threads.h"

namespace mestr::internal {
namespace {

// As in pipeline/feature_stream.cpp.
constexpr std::size_t kFramesAhead = 8;
constexpr std::size_t kPairsAheadPerWorker = 4;

// Milliseconds a frame.
struct Workload {
  const char* name;
  double decode_ms;
  double align_ms;
  double flow_ms;
  double network_ms;
  int frames;

  // With nothing lost: the processors shared evenly, or the slowest of the stages that take one
  // frame after another.
  double IdealMs(int processors) const {
    const double shared_ms = (decode_ms + align_ms + flow_ms + network_ms) / processors;
    return std::max({shared_ms, decode_ms, align_ms, network_ms});
  }
};

const Workload kWorkloads[] = {
    // Measured: 640 x 480 px video, one processor, exact flow.
    {"as measured", 1.4, 1.3, 5.8, 0.1, 200},
    {"flow 0.3 ms", 1.4, 1.3, 0.3, 0.1, 400},
    {"20 us each", 0.02, 0.02, 0.02, 0.02, 10000},
};

void KeepBusy(double ms) {
  const double end_s = CpuSeconds(CLOCK_THREAD_CPUTIME_ID) + 1e-3 * ms;
  while (CpuSeconds(CLOCK_THREAD_CPUTIME_ID) < end_s) continue;
}

// SplitMix64's finalizer.
std::uint64_t Mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// The stages of one run. Results depend on the order in which alignment and network see the frames.
class Stages {
 public:
  explicit Stages(const Workload& load) : load_(load) {}

  // Empty after the last frame.
  std::optional<std::uint64_t> Decode() {
    if (decoded_ == load_.frames) return std::nullopt;
    KeepBusy(load_.decode_ms);
    return Mixed(static_cast<std::uint64_t>(++decoded_));
  }

  std::uint64_t Align(std::uint64_t frame) {
    KeepBusy(load_.align_ms);
    return earlier_ = Mixed(earlier_ + frame);
  }

  std::uint64_t Flow(std::uint64_t crop) const {
    KeepBusy(load_.flow_ms);
    return Mixed(crop + 1);
  }

  void Network(std::uint64_t features) {
    KeepBusy(load_.network_ms);
    results_.push_back(features);
  }

  const std::vector<std::uint64_t>& results() const { return results_; }

 private:
  const Workload& load_;
  int decoded_ = 0;
  std::uint64_t earlier_ = 0;
  std::vector<std::uint64_t> results_;
};

void RunPlain(Stages& stages) {
  while (const auto frame = stages.Decode()) stages.Network(stages.Flow(stages.Align(*frame)));
}

void RunOurs(Stages& stages, int processors) {
  const auto workers = static_cast<std::size_t>(processors);
  using Stage = OrderedStage<std::uint64_t, std::uint64_t>;
  Stage frames(kFramesAhead);
  Stage flow(workers * kPairsAheadPerWorker);
  StageThreads threads({}, [&] {
    frames.Abort();
    flow.Abort();
  });
  threads.Start([&] {
    while (const auto frame = stages.Decode()) {
      if (!frames.Push(*frame)) return;
    }
    frames.Close();
  });
  threads.Start([&] {
    frames.Work(1, [](std::span<const std::uint64_t> in, std::span<std::uint64_t> out) {
      out.front() = in.front();  // what is not decoded apart only passes
    });
  });
  threads.Start([&] {
    while (const auto frame = frames.Pop()) {
      if (!flow.Push(stages.Align(*frame))) return;
    }
    flow.Close();
  });
  for (std::size_t i = 0; i < workers; ++i) {
    threads.Start([&] {
      flow.Work(1, [&](std::span<const std::uint64_t> crops, std::span<std::uint64_t> features) {
        features.front() = stages.Flow(crops.front());
      });
    });
  }
  threads.RunHere([&] {
    while (const auto features = flow.Pop()) stages.Network(*features);
  });
  static_cast<void>(threads.Join());
}

// With as many frames inside as ours has.
void RunTbb(Stages& stages, int processors) {
  using tbb::filter_mode;
  using tbb::make_filter;
  const auto decode = make_filter<void, std::uint64_t>(
      filter_mode::serial_in_order, [&](tbb::flow_control& control) -> std::uint64_t {
        const auto frame = stages.Decode();
        if (!frame) control.stop();
        return frame.value_or(0);
      });
  const auto align = make_filter<std::uint64_t, std::uint64_t>(
      filter_mode::serial_in_order, [&](std::uint64_t frame) { return stages.Align(frame); });
  const auto flow = make_filter<std::uint64_t, std::uint64_t>(
      filter_mode::parallel, [&](std::uint64_t crop) { return stages.Flow(crop); });
  const auto network = make_filter<std::uint64_t, void>(
      filter_mode::serial_in_order, [&](std::uint64_t features) { stages.Network(features); });
  const std::size_t inside =
      kFramesAhead + static_cast<std::size_t>(processors) * kPairsAheadPerWorker;
  tbb::task_arena arena(processors);
  arena.execute([&] { tbb::parallel_pipeline(inside, decode & align & flow & network); });
}

std::vector<std::uint64_t> ExpectedResults(const Workload& load) {
  const Workload idle{.name = load.name,
                      .decode_ms = 0,
                      .align_ms = 0,
                      .flow_ms = 0,
                      .network_ms = 0,
                      .frames = load.frames};
  Stages stages(idle);
  RunPlain(stages);
  return stages.results();
}

struct Contender {
  const char* name;
  void (*run)(Stages& stages, int processors);
  std::vector<double> wall_ms;  // a frame, of each repetition
  std::vector<double> cpu_ms;
};

class Comparison {
 public:
  Comparison(const Workload& load, int processors)
      : load_(load), processors_(processors), expected_(ExpectedResults(load)) {}

  // Throws std::runtime_error where results are wrong or in another order.
  void Run(int repetitions) {
    for (const Contender* contender : {&ours_, &tbb_}) CostOf(*contender);  // warm-up
    for (int i = 0; i < repetitions; ++i) {
      const bool ours_first = i % 2 == 0;
      TakeTurn(ours_first ? ours_ : tbb_);
      TakeTurn(ours_first ? tbb_ : ours_);
    }
  }

  void Print() const {
    std::printf(
        "%s: decode %g, align %g, flow %g, network %g ms; %d frames; ideal %.4f ms a frame\n",
        load_.name, load_.decode_ms, load_.align_ms, load_.flow_ms, load_.network_ms, load_.frames,
        load_.IdealMs(processors_));
    for (const Contender* contender : {&ours_, &tbb_}) {
      PrintSpread(contender->name, "wall ms a frame", SpreadOf(contender->wall_ms));
      PrintSpread(contender->name, "CPU ms a frame", SpreadOf(contender->cpu_ms));
    }
    PrintSpread("oneTBB / ours", "wall", SpreadOfRatios(tbb_.wall_ms, ours_.wall_ms));
    PrintSpread("oneTBB / ours", "CPU", SpreadOfRatios(tbb_.cpu_ms, ours_.cpu_ms));
  }

 private:
  Cost CostOf(const Contender& contender) const {
    Cost cost;
    Stages stages(load_);
    {
      const ScopedCost timer(cost);
      contender.run(stages, processors_);
    }
    if (stages.results() != expected_) {
      throw std::runtime_error(std::string(contender.name) + ": wrong results or order");
    }
    return cost;
  }

  void TakeTurn(Contender& contender) {
    const Cost cost = CostOf(contender);
    contender.wall_ms.push_back(1e3 * cost.wall_s / load_.frames);
    contender.cpu_ms.push_back(1e3 * cost.cpu_s / load_.frames);
  }

  static void PrintSpread(const char* name, const char* what, const Spread& spread) {
    std::printf("  %-14s %-16s %8.4f  [%.4f, %.4f]\n", name, what, spread.median,
                spread.first_quartile, spread.third_quartile);
  }

  const Workload& load_;
  const int processors_;
  const std::vector<std::uint64_t> expected_;
  Contender ours_{"ours", RunOurs, {}, {}};
  Contender tbb_{"oneTBB", RunTbb, {}, {}};
};

void CompareAll(int repetitions) {
  const Machine machine = ThisMachine();
  std::printf("%s, %d processors, load %.2f; oneTBB %s; %d repetitions, median [quartiles]\n",
              machine.cpu.c_str(), machine.processors, machine.load.value_or(0),
              TBB_runtime_version(), repetitions);
  for (const Workload& load : kWorkloads) {
    Comparison comparison(load, machine.processors);
    comparison.Run(repetitions);
    comparison.Print();
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace mestr::internal

int main(int argc, char** argv) {
  try {
    mestr::internal::CompareAll(argc >= 2 ? std::max(1, std::atoi(argv[1])) : 7);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
