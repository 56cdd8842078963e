// Which device computes.
#pragma once

#include <memory>
#include <vector>

#include "mestr/flow/flow_engine.h"
#include "mestr/pipeline/analyzer.h"

namespace mestr::internal {

// kAuto takes a CUDA device where this build and machine have one and the config's flow method
// gives the same result there (exact). kCuda throws Error{kDevice} where it can't be had; it never
// falls back.
DeviceChoice ChooseDevice(Device device, FlowMethod configured);

// One engine a worker, of `jobs` workers (0: one a processor). A CUDA device gets one worker: its
// batches fill it.
std::vector<std::unique_ptr<FlowEngine>> MakeFlowEngines(const FlowOptions& options, int jobs);

}  // namespace mestr::internal
