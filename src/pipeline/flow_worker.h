// Flow and features of a batch of requests: the hot stage, in one thread.
#pragma once

#include <ctime>
#include <memory>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "core/cost.h"
#include "core/processors.h"
#include "core/shared_stage.h"
#include "mestr/features/extractor.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal {

// What fails in an extractor, for errors.
inline constexpr char kFeatures[] = "computing features";

struct FlowTask {
  FlowRequest request;
  const FeatureExtractor* extractor = nullptr;  // of its video
};

struct Row {
  RowId id;
  std::vector<float> values;
  float motion_px = 0;  // MotionOf its flow
  Cost flow;            // its share of the batch's
  Cost features;
};

// Not thread-safe: one a worker.
class FlowWorker {
 public:
  // All outlive this: `processors`, if it takes one of them for its work, and `in_use`, of an
  // engine that several workers have in turn. `clock` is that of the processor time.
  FlowWorker(FlowEngine& engine, clockid_t clock, Processors* processors = nullptr,
             std::mutex* in_use = nullptr)
      : engine_(engine), clock_(clock), processors_(processors), in_use_(in_use) {}

  // How many tasks a call should hold.
  std::size_t batch() const { return static_cast<std::size_t>(engine_.PreferredBatch()); }

  // rows[i] becomes that of tasks[i], or why its extractor gives none. Throws what the engine does.
  void Compute(std::span<const FlowTask> tasks, std::span<Done<Row>> rows);

 private:
  struct Flow {
    cv::Mat u;
    cv::Mat v;
  };
  Cost ComputeFlows(std::span<const FlowTask> tasks);
  void ComputeRow(const FlowTask& task, const Flow& flow, Row& row) const;

  FlowEngine& engine_;
  clockid_t clock_;
  Processors* processors_;
  std::mutex* in_use_;
  std::vector<Flow> flows_;  // kept from call to call
};

using FlowStage = SharedStage<FlowTask, Row>;

// The workers of all videos: one an engine of a CPU; of a device's, several that have it in turn,
// so that it computes one batch while the features of others are computed.
class FlowWorkers {
 public:
  // `engines` has at least one; all are of one method. `processors` outlives this.
  FlowWorkers(std::vector<std::unique_ptr<FlowEngine>> engines, Processors& processors);

  FlowStage& stage() { return stage_; }

 private:
  std::vector<std::unique_ptr<FlowEngine>> engines_;
  std::mutex in_use_;  // of a device's engine
  std::vector<FlowWorker> workers_;
  FlowStage stage_;
};

}  // namespace mestr::internal
