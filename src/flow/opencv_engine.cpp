#include "flow/opencv_engine.h"

#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/optflow.hpp>
#include <string>

#include "core/border.h"
#include "flow/flow_checks.h"
#include "flow/mat_views.h"

namespace mestr::internal {
namespace {

// Counts the engines that want OpenCV on one thread.
class SingleThreadScope {
 public:
  SingleThreadScope() {
    const std::lock_guard lock(mutex_);
    if (count_++ > 0) return;
    earlier_threads_ = cv::getNumThreads();
    cv::setNumThreads(1);
  }
  ~SingleThreadScope() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) cv::setNumThreads(earlier_threads_);
  }
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;

 private:
  static inline std::mutex mutex_;
  static inline int count_ = 0;
  static inline int earlier_threads_ = 0;
};

class OpenCvFlowEngine final : public FlowEngine {
 public:
  explicit OpenCvFlowEngine(const Tvl1Options& options)
      : options_(options),
        tvl1_(cv::optflow::DualTVL1OpticalFlow::create(
            options.tau, options.lambda, options.theta, options.scales, options.warps,
            options.epsilon, options.inner_iterations, options.outer_iterations, options.scale_step,
            /*gamma=*/0.0, options.median_filtering, /*useInitialFlow=*/false)) {}

  void Compute(std::span<const FlowPair> pairs) override {
    for (const FlowPair& pair : pairs) CheckFlowPair(pair);
    AtBorder(ErrorKind::kInput, "OpenCV's TV-L1", [&] {
      for (const FlowPair& pair : pairs) ComputeOne(pair);
    });
  }

  int PreferredBatch() const override { return 1; }

  std::string Description() const override { return "opencv (OpenCV " CV_VERSION ", one thread)"; }

 private:
  void ComputeOne(const FlowPair& pair) {
    // A small image makes OpenCV lower its number of levels for good; results must not depend on
    // what was computed before.
    tvl1_->setScalesNumber(options_.scales);
    tvl1_->calc(MatOf(pair.from), MatOf(pair.to), flow_);
    for (int y = 0; y < pair.u.height; ++y) {
      const cv::Vec2f* flow_row = flow_.ptr<cv::Vec2f>(y);
      float* u_row = pair.u.row(y);
      float* v_row = pair.v.row(y);
      for (int x = 0; x < pair.u.width; ++x) {
        u_row[x] = flow_row[x][0];
        v_row[x] = flow_row[x][1];
      }
    }
  }

  SingleThreadScope single_thread_;
  Tvl1Options options_;
  cv::Ptr<cv::optflow::DualTVL1OpticalFlow> tvl1_;
  cv::Mat flow_;
};

}  // namespace

std::unique_ptr<FlowEngine> MakeOpenCvFlowEngine(const Tvl1Options& options) {
  return std::make_unique<OpenCvFlowEngine>(options);
}

}  // namespace mestr::internal
