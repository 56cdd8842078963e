// Flow and features of a batch of requests: the hot stage, in one thread.
#pragma once

#include <ctime>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "core/cost.h"
#include "mestr/features/extractor.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal {

// What fails in an extractor, for errors.
inline constexpr char kFeatures[] = "computing features";

struct Row {
  RowId id;
  std::vector<float> values;
  float motion_px = 0;  // MotionOf its flow
};

// Not thread-safe: one a worker.
class FlowWorker {
 public:
  // Both outlive this. `clock` is that of the processor time.
  FlowWorker(FlowEngine& engine, const FeatureExtractor& extractor, clockid_t clock)
      : engine_(engine), extractor_(extractor), clock_(clock) {}

  // How many requests a call should hold.
  std::size_t batch() const { return static_cast<std::size_t>(engine_.PreferredBatch()); }

  // rows[i] becomes that of requests[i].
  void Compute(std::span<const FlowRequest> requests, std::span<Row> rows);

  const Cost& flow_cost() const { return flow_cost_; }
  const Cost& features_cost() const { return features_cost_; }

 private:
  struct Flow {
    cv::Mat u;
    cv::Mat v;
  };
  void ComputeFlows(std::span<const FlowRequest> requests);

  FlowEngine& engine_;
  const FeatureExtractor& extractor_;
  clockid_t clock_;
  std::vector<Flow> flows_;  // kept from call to call
  Cost flow_cost_;
  Cost features_cost_;
};

}  // namespace mestr::internal
