#include "fuzz/targets.h"
#include "mestr/config/config.h"

namespace mestr::fuzz {

Outcome ConfigYaml(std::string_view bytes) {
  const auto file = ScratchFile("config.yaml", bytes);
  return ReadOrRefuse({ErrorKind::kConfig}, [&] { LoadConfig({file.string()}, {}); });
}

}  // namespace mestr::fuzz
