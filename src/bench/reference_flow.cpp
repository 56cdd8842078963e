#include <opencv2/core.hpp>
#include <opencv2/optflow.hpp>

#include "bench/staged_run.h"

namespace mestr {
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

// OpenCV takes no const pixels; it does not write to its inputs.
cv::Mat AsMat(const ImageView<const std::uint8_t>& view) {
  return {view.height, view.width, CV_8UC1, const_cast<std::uint8_t*>(view.data),
          static_cast<std::size_t>(view.stride)};
}

cv::Mat AsMat(const ImageView<float>& view) {
  return {view.height, view.width, CV_32FC1, view.data,
          static_cast<std::size_t>(view.stride) * sizeof(float)};
}

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
      tvl1_->calc(AsMat(pair.from), AsMat(pair.to), flow);
      cv::extractChannel(flow, AsMat(pair.u), 0);
      cv::extractChannel(flow, AsMat(pair.v), 1);
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

}  // namespace mestr
