#include "bench/flow_bench.h"

#include <atomic>
#include <limits>
#include <opencv2/core.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Adds `error_px` to one value of another engine's flow.
class WrongEngine : public FlowEngine {
 public:
  WrongEngine(std::unique_ptr<FlowEngine> right, float error_px)
      : right_(std::move(right)), error_px_(error_px) {}

  void Compute(std::span<const FlowPair> pairs) override {
    right_->Compute(pairs);
    for (const FlowPair& pair : pairs) pair.v.row(3)[5] += error_px_;
  }
  int PreferredBatch() const override { return 1; }
  std::string Description() const override { return "wrong"; }

 private:
  std::unique_ptr<FlowEngine> right_;
  float error_px_;
};

// A batch of three on "a device", and the same bits as exact.
class BatchEngine : public FlowEngine {
 public:
  explicit BatchEngine(std::atomic<std::size_t>& largest_batch)
      : exact_(MakeFlowEngine({})), largest_batch_(largest_batch) {}

  void Compute(std::span<const FlowPair> pairs) override {
    if (pairs.size() > largest_batch_) largest_batch_ = pairs.size();
    exact_->Compute(pairs);
  }
  int PreferredBatch() const override { return 3; }
  std::string Description() const override { return "batches"; }

 private:
  std::unique_ptr<FlowEngine> exact_;
  std::atomic<std::size_t>& largest_batch_;
};

// Random textures, the second one shifted by a pixel.
PairSet SmallSet(const std::string& kind, int side_px, int pairs) {
  PairSet set{kind, {}};
  cv::RNG random(7);
  for (int i = 0; i < pairs; ++i) {
    cv::Mat wide(side_px, side_px + 1, CV_8UC1);
    random.fill(wide, cv::RNG::UNIFORM, 0, 256);
    set.pairs.push_back({wide.colRange(0, side_px), wide.colRange(1, side_px + 1)});
  }
  return set;
}

FlowBenchOptions OneRound(std::vector<FlowMethod> methods) {
  FlowBenchOptions options;
  options.methods = std::move(methods);
  options.threads = {1};
  options.repetitions = 1;
  return options;
}

FlowEngineFactory WrongOnly(FlowMethod wrong, float error_px) {
  return [=](const FlowOptions& flow) -> std::unique_ptr<FlowEngine> {
    auto engine = MakeFlowEngine(flow);
    if (flow.method != wrong) return engine;
    return std::make_unique<WrongEngine>(std::move(engine), error_px);
  };
}

TEST(FlowBench, ChecksAndTimesEveryEngineOnEverySet) {
  const std::vector<PairSet> sets = {SmallSet("a", 24, 2), SmallSet("b", 16, 1)};
  FlowBenchOptions options = OneRound({FlowMethod::kOpenCv, FlowMethod::kExact, FlowMethod::kFast});
  options.threads = {1, 2};
  options.repetitions = 3;
  const FlowBenchReport report = RunFlowBench(sets, options);

  ASSERT_EQ(report.checks.size(), 6U);
  ASSERT_EQ(report.timings.size(), 12U);
  for (const FlowCheck& check : report.checks) {
    EXPECT_EQ(check.pairs, check.kind == "a" ? 2U : 1U);
    EXPECT_EQ(check.size, check.kind == "a" ? cv::Size(24, 24) : cv::Size(16, 16));
    if (check.method == FlowMethod::kFast) continue;
    EXPECT_TRUE(check.equal_bits);
    EXPECT_EQ(check.max_px, 0);
  }
  for (const FlowTiming& timing : report.timings) {
    EXPECT_EQ(timing.ms_per_pair.count, timing.kind == "a" ? 6U : 3U);
    EXPECT_GT(timing.ms_per_pair.first_quartile, 0);
    EXPECT_GT(timing.cpu_ms_per_pair.median, 0);
    ASSERT_TRUE(timing.speedup.has_value());
    EXPECT_EQ(timing.speedup->count, timing.ms_per_pair.count);
    if (timing.method != FlowMethod::kOpenCv) continue;
    EXPECT_EQ(timing.speedup->median, 1);
  }
}

TEST(FlowBench, HasNoSpeedupWithoutOpenCv) {
  const std::vector<PairSet> sets = {SmallSet("a", 16, 1)};
  const FlowBenchReport report = RunFlowBench(sets, OneRound({FlowMethod::kExact}));
  ASSERT_EQ(report.timings.size(), 1U);
  EXPECT_FALSE(report.timings[0].speedup.has_value());
  ASSERT_EQ(report.checks.size(), 1U);
  EXPECT_TRUE(report.checks[0].equal_bits);
}

TEST(FlowBench, RefusesAnExactEngineThatDiffersInOneBit) {
  const std::vector<PairSet> sets = {SmallSet("a", 16, 2)};
  FlowBenchOptions options = OneRound({FlowMethod::kExact});
  options.make_engine = WrongOnly(FlowMethod::kExact, 1e-3F);
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { RunFlowBench(sets, options); }),
      AllOf(HasSubstr("wrong"), HasSubstr("16x16 a"), HasSubstr("OpenCV")));
}

TEST(FlowBench, ReportsHowFarFastIsFromOpenCv) {
  const std::vector<PairSet> sets = {SmallSet("a", 16, 2)};
  FlowBenchOptions options = OneRound({FlowMethod::kFast});
  options.make_engine = [](const FlowOptions& flow) -> std::unique_ptr<FlowEngine> {
    auto engine = MakeFlowEngine({});
    if (flow.method != FlowMethod::kFast) return engine;
    return std::make_unique<WrongEngine>(std::move(engine), 0.5F);
  };
  const FlowBenchReport report = RunFlowBench(sets, options);
  ASSERT_EQ(report.checks.size(), 1U);
  EXPECT_FALSE(report.checks[0].equal_bits);
  EXPECT_NEAR(report.checks[0].max_px, 0.5, 1e-6);
  EXPECT_NEAR(report.checks[0].mean_px, 0.5 / (2 * 16 * 16), 1e-6);
}

TEST(FlowBench, ReportsFlowThatIsNotANumberAsInfinitelyFar) {
  const std::vector<PairSet> sets = {SmallSet("a", 16, 1)};
  FlowBenchOptions options = OneRound({FlowMethod::kFast});
  options.make_engine = WrongOnly(FlowMethod::kFast, std::numeric_limits<float>::quiet_NaN());
  const FlowBenchReport report = RunFlowBench(sets, options);
  EXPECT_EQ(report.checks.at(0).max_px, std::numeric_limits<double>::infinity());
}

TEST(FlowBench, ReportsAnAbsentDeviceUnlessItWasAskedFor) {
  const std::vector<PairSet> sets = {SmallSet("a", 16, 1)};
  FlowBenchOptions options = OneRound({FlowMethod::kExact, FlowMethod::kCuda});
  options.make_engine = [](const FlowOptions& flow) -> std::unique_ptr<FlowEngine> {
    if (flow.method == FlowMethod::kCuda) throw Error(ErrorKind::kDevice, "cuda: no device");
    return MakeFlowEngine(flow);
  };
  const FlowBenchReport report = RunFlowBench(sets, options);
  EXPECT_EQ(report.timings.size(), 1U);
  ASSERT_EQ(report.absent.size(), 1U);
  EXPECT_EQ(report.absent[0].method, FlowMethod::kCuda);
  EXPECT_EQ(report.absent[0].reason, "cuda: no device");
  options.must_have_cuda = true;
  testing::ErrorMessage(ErrorKind::kDevice, [&] { RunFlowBench(sets, options); });
}

TEST(FlowBench, FillsTheBatchesOfADeviceAndChecksItsBits) {
  const std::vector<PairSet> sets = {SmallSet("a", 16, 2)};
  std::atomic<std::size_t> largest_batch = 0;
  FlowBenchOptions options = OneRound({FlowMethod::kCuda});
  options.threads = {2};
  options.make_engine = [&](const FlowOptions& flow) -> std::unique_ptr<FlowEngine> {
    if (flow.method == FlowMethod::kCuda) return std::make_unique<BatchEngine>(largest_batch);
    return MakeFlowEngine(flow);
  };
  const FlowBenchReport report = RunFlowBench(sets, options);
  EXPECT_EQ(largest_batch, 3U);
  EXPECT_TRUE(report.checks.at(0).equal_bits);
  EXPECT_EQ(report.timings.at(0).ms_per_pair.count, 2U);

  options.make_engine = [&](const FlowOptions& flow) -> std::unique_ptr<FlowEngine> {
    if (flow.method != FlowMethod::kCuda) return MakeFlowEngine(flow);
    return std::make_unique<WrongEngine>(std::make_unique<BatchEngine>(largest_batch), 1e-3F);
  };
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { RunFlowBench(sets, options); });
}

TEST(FlowBench, NeedsPairs) {
  const std::vector<PairSet> sets = {{"empty", {}}};
  testing::ErrorMessage(ErrorKind::kInvalidArgument,
                        [&] { RunFlowBench(sets, OneRound({FlowMethod::kExact})); });
}

}  // namespace
}  // namespace mestr::internal
