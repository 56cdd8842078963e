// What every flow engine checks before it computes.
#pragma once

#include "mestr/flow/flow_engine.h"

namespace mestr::internal {

// Throws Error{kInvalidArgument} naming the sizes.
void CheckFlowPair(const FlowPair& pair);

}  // namespace mestr::internal
