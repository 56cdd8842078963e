#include "fuzz/targets.h"
#include "results/results_folder.h"

namespace mestr::fuzz {

// run.json of an earlier run, read before a new one, with and without --overwrite.
Outcome RunRecord(std::string_view bytes) {
  const auto folder = EmptyScratchFolder("out");
  ScratchFile("out/run.json", bytes);
  Outcome outcome = Outcome::kRead;
  for (const bool overwrite : {false, true}) {
    outcome = ReadOrRefuse({ErrorKind::kInput, ErrorKind::kConfig}, [&] {
      internal::ResultsFolder(folder, {"predictions.csv"}, overwrite);
    });
  }
  return outcome;
}

}  // namespace mestr::fuzz
