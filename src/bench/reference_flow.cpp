#include <opencv2/core.hpp>
#include <opencv2/optflow.hpp>

#include "bench/staged_run.h"
#include "flow/mat_views.h"

namespace mestr::internal {
namespace {

class DefaultThreadsScope {
 public:
  DefaultThreadsScope() : earlier_threads_(cv::getNumThreads()) { cv::setNumThreads(-1); }
  ~DefaultThreadsScope() { cv::setNumThreads(earlier_threads_); }
  DefaultThreadsScope(const DefaultThreadsScope&) = delete;
  DefaultThreadsScope& operator=(const DefaultThreadsScope&) = delete;

 private:
  int earlier_threads_;
};

class ReferenceFlowEngine final : public FlowEngine {
 public:
  explicit ReferenceFlowEngine(const Tvl1Options& options)
      : tvl1_(cv::optflow::DualTVL1OpticalFlow::create(
            options.tau, options.lambda, options.theta, options.scales, options.warps,
            options.epsilon, options.inner_iterations, options.outer_iterations, options.scale_step,
            /*gamma=*/0.0, options.median_filtering, /*useInitialFlow=*/false)) {}

  void Compute(std::span<const FlowPair> pairs) override {
    const DefaultThreadsScope default_threads;
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
  cv::Ptr<cv::optflow::DualTVL1OpticalFlow> tvl1_;
};

}  // namespace

std::unique_ptr<FlowEngine> MakeReferenceFlowEngine(const Tvl1Options& options) {
  return std::make_unique<ReferenceFlowEngine>(options);
}

}  // namespace mestr::internal
