// TV-L1 on a CUDA device.
#pragma once

#include <memory>

#include "flow/cuda/device.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal::tvl1::cuda {

// On the device that OpenDevice gives. `options` are valid (CheckTvl1Options).
std::unique_ptr<FlowEngine> MakeEngine(const Tvl1Options& options);

// For tests: on this device.
std::unique_ptr<FlowEngine> MakeEngine(const Tvl1Options& options, std::unique_ptr<Device> device);

}  // namespace mestr::internal::tvl1::cuda
