#include <opencv2/core.hpp>
#include <opencv2/optflow.hpp>

#include "bench/staged_run.h"
#include "flow/mat_views.h"

namespace mestr::internal {
namespace {

class ThreadsScope {
 public:
  explicit ThreadsScope(int threads) : earlier_threads_(cv::getNumThreads()) {
    cv::setNumThreads(threads);
  }
  ~ThreadsScope() { cv::setNumThreads(earlier_threads_); }
  ThreadsScope(const ThreadsScope&) = delete;
  ThreadsScope& operator=(const ThreadsScope&) = delete;

 private:
  int earlier_threads_;
};

class ReferenceFlowEngine final : public FlowEngine {
 public:
  ReferenceFlowEngine(const Tvl1Options& options, int threads)
      : threads_(threads),
        tvl1_(cv::optflow::DualTVL1OpticalFlow::create(
            options.tau, options.lambda, options.theta, options.scales, options.warps,
            options.epsilon, options.inner_iterations, options.outer_iterations, options.scale_step,
            /*gamma=*/0.0, options.median_filtering, /*useInitialFlow=*/false)) {}

  void Compute(std::span<const FlowPair> pairs) override {
    const ThreadsScope threads(threads_);
    for (const FlowPair& pair : pairs) {
      cv::Mat flow;
      tvl1_->calc(MatOf(pair.from), MatOf(pair.to), flow);
      cv::extractChannel(flow, MatOf(pair.u), 0);
      cv::extractChannel(flow, MatOf(pair.v), 1);
    }
  }

  int PreferredBatch() const override { return 1; }
  std::string Description() const override { return "opencv (OpenCV " CV_VERSION ")"; }

 private:
  int threads_;
  cv::Ptr<cv::optflow::DualTVL1OpticalFlow> tvl1_;
};

}  // namespace

std::unique_ptr<FlowEngine> MakeReferenceFlowEngine(const Tvl1Options& options,
                                                    std::optional<int> threads) {
  constexpr int kOpenCvsOwn = -1;
  return std::make_unique<ReferenceFlowEngine>(options, threads.value_or(kOpenCvsOwn));
}

}  // namespace mestr::internal
