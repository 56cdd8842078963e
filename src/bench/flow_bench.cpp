#include "bench/flow_bench.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <cstring>
#include <future>
#include <limits>
#include <map>

#include "core/cost.h"
#include "core/number_text.h"
#include "core/text.h"
#include "flow/mat_views.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

using Clock = std::chrono::steady_clock;

struct FlowImages {
  cv::Mat u;
  cv::Mat v;
};

FlowImages FlowOf(FlowEngine& engine, const GrayPair& pair) {
  FlowImages flow{cv::Mat(pair.from.size(), CV_32F), cv::Mat(pair.from.size(), CV_32F)};
  const FlowPair task = FlowPairOf(pair.from, pair.to, flow.u, flow.v);
  engine.Compute({&task, 1});
  return flow;
}

class Comparison {
 public:
  void Add(const cv::Mat& image, const cv::Mat& reference) {
    for (int y = 0; y < image.rows; ++y) {
      const auto* row = image.ptr<float>(y);
      const auto* expected = reference.ptr<float>(y);
      const auto width = static_cast<std::size_t>(image.cols);
      equal_bits_ = equal_bits_ && std::memcmp(row, expected, width * sizeof(float)) == 0;
      for (std::size_t x = 0; x < width; ++x) AddDifference(row[x], expected[x]);
    }
  }

  void StoreIn(FlowCheck& check) const {
    check.equal_bits = equal_bits_;
    check.max_px = max_;
    check.mean_px = sum_ / static_cast<double>(count_);
  }

 private:
  void AddDifference(double value, double expected) {
    const double difference = std::abs(value - expected);
    const double counted =
        std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity();
    max_ = std::max(max_, counted);
    sum_ += counted;
    ++count_;
  }

  bool equal_bits_ = true;
  double max_ = 0;
  double sum_ = 0;
  std::size_t count_ = 0;
};

bool MustEqualOpenCv(FlowMethod method) {
  return method == FlowMethod::kExact || method == FlowMethod::kCuda;
}

// All engines of one method, one a worker.
struct Contender {
  FlowMethod method;
  std::vector<std::unique_ptr<FlowEngine>> engines;

  // A batch fills a CUDA device, so it has one worker whatever the number of threads.
  int WorkersFor(int threads) const { return std::min(threads, static_cast<int>(engines.size())); }
};

// What a worker computes in one sample, with the memory for it.
class Task {
 public:
  // `batch` pairs of the set, from `first` on and around.
  Task(const PairSet& set, std::size_t first, int batch) {
    for (int i = 0; i < batch; ++i) {
      const GrayPair& pair = set.pairs[(first + static_cast<std::size_t>(i)) % set.pairs.size()];
      flows_.push_back({cv::Mat(pair.from.size(), CV_32F), cv::Mat(pair.from.size(), CV_32F)});
      pairs_.push_back(FlowPairOf(pair.from, pair.to, flows_.back().u, flows_.back().v));
    }
  }
  void Run(FlowEngine& engine) const { engine.Compute(pairs_); }

 private:
  std::vector<FlowImages> flows_;
  std::vector<FlowPair> pairs_;
};

// Every worker computes its task, all starting together; the wall time is from the start of the
// first to the end of the last.
Cost RunTogether(const Contender& contender, const std::vector<Task>& tasks) {
  struct Lap {
    Clock::time_point begin;
    Clock::time_point end;
    Cost cost;
  };
  std::barrier start(static_cast<std::ptrdiff_t>(tasks.size()));
  const auto work = [&](std::size_t worker) {
    start.arrive_and_wait();
    Lap lap{.begin = Clock::now(), .end = {}, .cost = {}};
    {
      const ScopedCost cost(lap.cost, CLOCK_THREAD_CPUTIME_ID);
      tasks[worker].Run(*contender.engines[worker]);
    }
    lap.end = Clock::now();
    return lap;
  };
  std::vector<std::future<Lap>> others;
  for (std::size_t i = 1; i < tasks.size(); ++i) {
    others.push_back(std::async(std::launch::async, work, i));
  }
  Lap all = work(0);
  for (std::future<Lap>& other : others) {
    const Lap lap = other.get();
    all.begin = std::min(all.begin, lap.begin);
    all.end = std::max(all.end, lap.end);
    all.cost.cpu_s += lap.cost.cpu_s;
  }
  return {std::chrono::duration<double>(all.end - all.begin).count(), all.cost.cpu_s};
}

struct Samples {
  std::vector<double> wall_ms;
  std::vector<double> cpu_ms;
};

class FlowBench {
 public:
  explicit FlowBench(const FlowBenchOptions& options) : options_(options) {
    if (options.threads.empty() || options.methods.empty() || options.repetitions < 1) {
      throw Error(ErrorKind::kInvalidArgument,
                  "RunFlowBench: methods, threads and repetitions must not be empty");
    }
    reference_ = MakeEngine(FlowMethod::kOpenCv);
    for (const FlowMethod method : options.methods) AddContender(method);
  }

  FlowBenchReport Run(std::span<const PairSet> sets) {
    for (const PairSet& set : sets) {
      if (set.pairs.empty()) throw Error(ErrorKind::kInvalidArgument, "RunFlowBench: no pairs");
      Tell("flow: " + NameOf(set) + ": compare with OpenCV");
      for (const Contender& contender : contenders_) Check(contender, set);
    }
    for (const PairSet& set : sets) {
      for (const int threads : options_.threads) {
        Tell("flow: " + NameOf(set) + ": time, " + Counted(threads, "thread"));
        Time(set, threads);
      }
    }
    return std::move(report_);
  }

 private:
  void Tell(const std::string& line) const {
    if (options_.on_progress) options_.on_progress(line);
  }

  static std::string NameOf(const PairSet& set) {
    const cv::Size size = set.pairs.front().from.size();
    return SizeText(size.width, size.height) + " " + set.kind;
  }

  std::unique_ptr<FlowEngine> MakeEngine(FlowMethod method) const {
    const FlowOptions flow{.method = method, .tvl1 = options_.tvl1};
    return options_.make_engine ? options_.make_engine(flow) : MakeFlowEngine(flow);
  }

  void AddContender(FlowMethod method) {
    const int most_threads = *std::max_element(options_.threads.begin(), options_.threads.end());
    Contender contender{method, {}};
    try {
      for (int i = 0; i < (method == FlowMethod::kCuda ? 1 : most_threads); ++i) {
        contender.engines.push_back(MakeEngine(method));
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kDevice || options_.must_have_cuda) throw;
      report_.absent.push_back({method, error.what()});
      return;
    }
    contenders_.push_back(std::move(contender));
  }

  const std::vector<FlowImages>& ReferenceOf(const PairSet& set) {
    std::vector<FlowImages>& flows = reference_flows_[&set];
    for (std::size_t i = flows.size(); i < set.pairs.size(); ++i) {
      flows.push_back(FlowOf(*reference_, set.pairs[i]));
    }
    return flows;
  }

  // Also the warm-up.
  void Check(const Contender& contender, const PairSet& set) {
    const std::vector<FlowImages>& expected = ReferenceOf(set);
    FlowEngine& engine = *contender.engines.front();
    Comparison comparison;
    for (std::size_t i = 0; i < set.pairs.size(); ++i) {
      const FlowImages flow = FlowOf(engine, set.pairs[i]);
      comparison.Add(flow.u, expected[i].u);
      comparison.Add(flow.v, expected[i].v);
    }
    FlowCheck check;
    check.method = contender.method;
    check.kind = set.kind;
    check.size = set.pairs.front().from.size();
    check.pairs = set.pairs.size();
    comparison.StoreIn(check);
    if (MustEqualOpenCv(contender.method) && !check.equal_bits) {
      throw Error(ErrorKind::kInvalidArgument,
                  "flow: " + engine.Description() + " differs from " + reference_->Description() +
                      " by up to " + SignificantText(check.max_px, 2) + " px on " + NameOf(set) +
                      " pairs; it must give the same bits, so nothing was timed");
    }
    report_.checks.push_back(std::move(check));
  }

  void Time(const PairSet& set, int threads) {
    std::vector<Samples> samples(contenders_.size());
    for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
      for (std::size_t pair = 0; pair < set.pairs.size(); ++pair) {
        // Another engine goes first each time.
        for (std::size_t i = 0; i < contenders_.size(); ++i) {
          const std::size_t turn =
              (i + pair + static_cast<std::size_t>(repetition)) % contenders_.size();
          AddSample(contenders_[turn], set, pair, threads, samples[turn]);
        }
      }
    }
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      report_.timings.push_back(TimingOf(i, set, threads, samples));
    }
  }

  static void AddSample(const Contender& contender, const PairSet& set, std::size_t pair,
                        int threads, Samples& samples) {
    const int workers = contender.WorkersFor(threads);
    const int batch = contender.engines.front()->PreferredBatch();
    std::vector<Task> tasks;
    tasks.reserve(static_cast<std::size_t>(workers));
    for (int i = 0; i < workers; ++i) tasks.emplace_back(set, pair, batch);
    const Cost cost = RunTogether(contender, tasks);
    const double pairs = static_cast<double>(workers) * batch;
    samples.wall_ms.push_back(1e3 * cost.wall_s / pairs);
    samples.cpu_ms.push_back(1e3 * cost.cpu_s / pairs);
  }

  FlowTiming TimingOf(std::size_t i, const PairSet& set, int threads,
                      const std::vector<Samples>& samples) const {
    FlowTiming timing;
    timing.method = contenders_[i].method;
    timing.engine = contenders_[i].engines.front()->Description();
    timing.kind = set.kind;
    timing.size = set.pairs.front().from.size();
    timing.threads = threads;
    timing.ms_per_pair = SpreadOf(samples[i].wall_ms);
    timing.cpu_ms_per_pair = SpreadOf(samples[i].cpu_ms);
    for (std::size_t j = 0; j < contenders_.size(); ++j) {
      if (contenders_[j].method != FlowMethod::kOpenCv) continue;
      timing.speedup = SpreadOfRatios(samples[j].wall_ms, samples[i].wall_ms);
      timing.cpu_speedup = SpreadOfRatios(samples[j].cpu_ms, samples[i].cpu_ms);
    }
    return timing;
  }

  const FlowBenchOptions& options_;
  std::unique_ptr<FlowEngine> reference_;
  std::vector<Contender> contenders_;
  std::map<const PairSet*, std::vector<FlowImages>> reference_flows_;
  FlowBenchReport report_;
};

}  // namespace

FlowBenchReport RunFlowBench(std::span<const PairSet> sets, const FlowBenchOptions& options) {
  return FlowBench(options).Run(sets);
}

}  // namespace mestr::internal
