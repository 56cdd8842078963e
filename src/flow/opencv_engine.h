// OpenCV's own DualTVL1 behind the flow interface: the reference that kExact equals.
#pragma once

#include <memory>

#include "mestr/flow/flow_engine.h"

namespace mestr::internal {

// `options` are valid (CheckTvl1Options).
//
// One thread a call: OpenCV has no such setting for one caller, only cv::setNumThreads for the
// whole process. It is set to 1 while at least one such engine lives; what was set before comes
// back with the end of the last one. Other users of OpenCV in the process get the same results
// meanwhile, on one thread each.
std::unique_ptr<FlowEngine> MakeOpenCvFlowEngine(const Tvl1Options& options);

}  // namespace mestr::internal
