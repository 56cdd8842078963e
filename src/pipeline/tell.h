// Observers that may be empty.
#pragma once

#include <functional>

namespace mestr::internal {

template <typename Call>
void Tell(const std::function<Call>& observer, const auto&... arguments) {
  if (observer) observer(arguments...);
}

}  // namespace mestr::internal
