#include "pipeline/flow_worker.h"

#include "core/border.h"
#include "flow/mat_views.h"
#include "pipeline/motion.h"

namespace mestr::internal {

void FlowWorker::Compute(std::span<const FlowRequest> requests, std::span<Row> rows) {
  ComputeFlows(requests);
  const ScopedCost cost(features_cost_, clock_);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    rows[i] = {requests[i].row, std::vector<float>(extractor_.spec().RowValues()),
               requests[i].row.index ? MotionOf(flows_[i].u, flows_[i].v) : 0};
    AtBorder(ErrorKind::kInput, kFeatures, [&] {
      extractor_.ComputeRow(requests[i], ViewOf<const float>(flows_[i].u),
                            ViewOf<const float>(flows_[i].v), rows[i].values);
    });
  }
}

void FlowWorker::ComputeFlows(std::span<const FlowRequest> requests) {
  const int side = extractor_.spec().crop.side_px;
  while (flows_.size() < requests.size()) {
    flows_.push_back({cv::Mat(side, side, CV_32F), cv::Mat(side, side, CV_32F)});
  }
  std::vector<FlowPair> pairs;
  pairs.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    pairs.push_back(FlowPairOf(requests[i].from, requests[i].to, flows_[i].u, flows_[i].v));
  }
  const ScopedCost cost(flow_cost_, clock_);
  engine_.Compute(pairs);
}

}  // namespace mestr::internal
