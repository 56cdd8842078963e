#include "core/this_host.h"

#include <unistd.h>

#include <array>

namespace mestr::internal {

std::string ThisHost() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace mestr::internal
