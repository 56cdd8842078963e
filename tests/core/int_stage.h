// A stage of numbers, and the work that doubles them.
#pragma once

#include <algorithm>
#include <span>

#include "core/ordered_stage.h"

namespace mestr::internal {

using IntStage = OrderedStage<int, int>;

inline void Double(std::span<const int> items, std::span<int> results) {
  std::transform(items.begin(), items.end(), results.begin(), [](int item) { return 2 * item; });
}

}  // namespace mestr::internal
