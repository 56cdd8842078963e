#include <nlohmann/json.hpp>

#include "fuzz/targets.h"
#include "results/results_folder.h"
#include "results/run_identity.h"

namespace mestr::fuzz {

// run.json of an earlier run, read before a new one, with and without --overwrite.
Outcome RunRecord(std::string_view bytes) {
  const auto folder = EmptyScratchFolder("out");
  ScratchFile("out/run.json", bytes);
  const nlohmann::ordered_json now = {{"config", {}},
                                      {"models", {{{"name", "a"}, {"sha256", "b"}}}},
                                      {"videos", {{{"video", "c"}}}}};
  Outcome outcome = Outcome::kRead;
  for (const bool overwrite : {false, true}) {
    outcome = ReadOrRefuse({ErrorKind::kInput, ErrorKind::kConfig}, [&] {
      const internal::WorkFolder work(folder, internal::kResultsFolder, overwrite);
      work.RefuseWhatIsInTheWay({"predictions.csv"});
      internal::RequireSameRun(work, now);
    });
  }
  return outcome;
}

}  // namespace mestr::fuzz
