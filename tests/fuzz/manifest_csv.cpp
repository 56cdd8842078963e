#include "fuzz/targets.h"
#include "video/manifest.h"

namespace mestr::fuzz {

Outcome ManifestCsv(std::string_view bytes) {
  const auto file = ScratchFile("videos.csv", bytes);
  return ReadOrRefuse({ErrorKind::kInput}, [&] { internal::ReadManifest(file); });
}

}  // namespace mestr::fuzz
