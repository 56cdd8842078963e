#include <nlohmann/json.hpp>

#include "fuzz/targets.h"
#include "pipeline/features_folder.h"

namespace mestr::fuzz {

// Read before a call of `mestr features`, with and without --overwrite, of pairs and of windows.
Outcome FeaturesManifest(std::string_view bytes) {
  const auto folder = EmptyScratchFolder("features");
  ScratchFile("features/manifest.json", bytes);
  Outcome outcome = Outcome::kRefused;
  for (const char* features : {"mean-v1", "roi-flow-36-v1"}) {
    const nlohmann::ordered_json common = {{"format", 2}, {"features", features}, {"config", {}}};
    Outcome last = Outcome::kRefused;
    for (const bool overwrite : {true, false}) {
      last = ReadOrRefuse({ErrorKind::kInput, ErrorKind::kConfig}, [&] {
        internal::FeaturesFolder(folder, common, {"format", "features", "config"}, overwrite)
            .Find({"", "", "clip"});
      });
    }
    if (last == Outcome::kRead) outcome = last;
  }
  return outcome;
}

}  // namespace mestr::fuzz
