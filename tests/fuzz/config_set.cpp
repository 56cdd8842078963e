#include <vector>

#include "fuzz/targets.h"
#include "mestr/config/config.h"

namespace mestr::fuzz {

Outcome ConfigSet(std::string_view bytes) {
  std::vector<std::string> overrides;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    overrides.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return ReadOrRefuse({ErrorKind::kConfig}, [&] { LoadConfig({}, overrides); });
}

}  // namespace mestr::fuzz
