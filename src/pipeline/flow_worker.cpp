#include "pipeline/flow_worker.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "core/border.h"
#include "flow/mat_views.h"
#include "mestr/core/error.h"
#include "pipeline/motion.h"

namespace mestr::internal {
namespace {

std::vector<std::unique_ptr<FlowEngine>> Checked(std::vector<std::unique_ptr<FlowEngine>> engines) {
  if (!engines.empty()) return engines;
  throw Error(ErrorKind::kInvalidArgument, "FlowWorkers: at least one flow engine is needed");
}

// Features of 528 pairs take longer than their flow on a large device, and a third batch waits.
constexpr std::size_t kWorkersOfADevice = 4;

bool IsOfADevice(const FlowEngine& engine) { return engine.PreferredBatch() > 1; }

std::vector<FlowWorker> WorkersFor(const std::vector<std::unique_ptr<FlowEngine>>& engines,
                                   Processors& processors, std::mutex& in_use) {
  std::vector<FlowWorker> workers;
  if (IsOfADevice(*engines.front())) {
    const auto count = static_cast<std::size_t>(processors.count());
    for (std::size_t i = 0; i < std::min(count + 1, kWorkersOfADevice); ++i) {
      workers.emplace_back(*engines.front(), CLOCK_THREAD_CPUTIME_ID, &processors, &in_use);
    }
  } else {
    for (const auto& engine : engines) {
      workers.emplace_back(*engine, CLOCK_THREAD_CPUTIME_ID, &processors);
    }
  }
  return workers;
}

}  // namespace

void FlowWorker::Compute(std::span<const FlowTask> tasks, std::span<Done<Row>> rows) {
  // What waits for a CUDA device needs no processor.
  const bool is_of_a_device = IsOfADevice(engine_);
  std::optional<Processors::Busy> busy;
  if (processors_ != nullptr && !is_of_a_device) busy.emplace(*processors_);
  Cost share = ComputeFlows(tasks);
  if (processors_ != nullptr && is_of_a_device) busy.emplace(*processors_);
  share /= static_cast<double>(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    rows[i].value.flow = share;
    try {
      ComputeRow(tasks[i], flows_[i], rows[i].value);
    } catch (...) {
      rows[i].failure = std::current_exception();
    }
  }
}

void FlowWorker::ComputeRow(const FlowTask& task, const Flow& flow, Row& row) const {
  const ScopedCost cost(row.features, clock_);
  row.id = task.request.row;
  row.motion_px = row.id.index ? MotionOf(flow.u, flow.v) : 0;
  row.values.resize(task.extractor->spec().RowValues());
  AtBorder(ErrorKind::kInput, kFeatures, [&] {
    task.extractor->ComputeRow(task.request, ViewOf<const float>(flow.u),
                               ViewOf<const float>(flow.v), row.values);
  });
}

Cost FlowWorker::ComputeFlows(std::span<const FlowTask> tasks) {
  if (flows_.size() < tasks.size()) flows_.resize(tasks.size());
  std::vector<FlowPair> pairs;
  pairs.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const FlowRequest& request = tasks[i].request;
    flows_[i].u.create(request.from.size(), CV_32F);
    flows_[i].v.create(request.from.size(), CV_32F);
    pairs.push_back(FlowPairOf(request.from, request.to, flows_[i].u, flows_[i].v));
  }
  Cost flow;
  {
    const std::unique_lock lock =
        in_use_ ? std::unique_lock(*in_use_) : std::unique_lock<std::mutex>();
    const ScopedCost cost(flow, clock_);
    engine_.Compute(pairs);
  }
  return flow;
}

FlowWorkers::FlowWorkers(std::vector<std::unique_ptr<FlowEngine>> engines, Processors& processors)
    : engines_(Checked(std::move(engines))),
      workers_(WorkersFor(engines_, processors, in_use_)),
      stage_(workers_.size(), workers_.front().batch(),
             [this](std::size_t worker, std::span<FlowTask> tasks, std::span<Done<Row>> rows) {
               workers_[worker].Compute(tasks, rows);
             }) {}

}  // namespace mestr::internal
