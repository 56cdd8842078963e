#include "fuzz/targets.h"
#include "pipeline/features_folder.h"

namespace mestr::fuzz {

// Read before a call of `mestr features`, with and without --overwrite.
Outcome FeaturesManifest(std::string_view bytes) {
  const auto folder = EmptyScratchFolder("features");
  ScratchFile("features/manifest.json", bytes);
  const nlohmann::ordered_json common = {{"format", 2}, {"features", "mean-v1"}, {"config", {}}};
  Outcome outcome = Outcome::kRead;
  for (const bool overwrite : {true, false}) {
    outcome = ReadOrRefuse({ErrorKind::kInput, ErrorKind::kConfig}, [&] {
      internal::FeaturesFolder(folder, common, {"format", "features", "config"}, overwrite)
          .Find({"", "", "clip"});
    });
  }
  return outcome;
}

}  // namespace mestr::fuzz
