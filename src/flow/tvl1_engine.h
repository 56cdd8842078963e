// Our own TV-L1 on the CPU.
#pragma once

#include <memory>

#include "flow/tvl1_kernels.h"
#include "mestr/flow/flow_engine.h"

namespace mestr::internal::tvl1 {

// Fastest kernels this machine runs. `options` are valid (CheckTvl1Options).
std::unique_ptr<FlowEngine> MakeEngine(FlowMethod method, const Tvl1Options& options);

// For tests: with these kernels. They live as long as the program.
std::unique_ptr<FlowEngine> MakeEngine(FlowMethod method, const Tvl1Options& options,
                                       const Kernels& kernels);

}  // namespace mestr::internal::tvl1
