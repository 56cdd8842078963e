// What every flow engine checks before it computes.
#pragma once

#include "mestr/flow/flow_engine.h"

namespace mestr {

// Throws Error{kConfig} naming the field, its value and its limit.
void CheckTvl1Options(const Tvl1Options& options);

// Throws Error{kInvalidArgument} naming the sizes.
void CheckFlowPair(const FlowPair& pair);

}  // namespace mestr
