// mestr merge: the shards of a run as one.
#include "results/merge.h"

#include <string>
#include <vector>

#include "cli/command.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Makes one run of the results of its shards", "mestr merge");
  std::vector<std::string> shards;
  std::string output;
  bool overwrite = false;
  app.add_option("OUT", shards, "The folders of mestr run --shard 1/N to N/N, in any order")
      ->required();
  app.add_option("-o,--output", output, "Folder for the results")->required();
  app.add_flag("--overwrite", overwrite, "Replace the results of another run in that folder");
  app.footer(
      "Writes the videos' files, the leaderboard files, submission.zip and predictions.csv with "
      "the "
      "bytes of a run without\n--shard, and run.json. The shards' folders stay as they are. Exit "
      "codes: 0 ok, 2 usage or output folder, 3 a shard\nthat is missing, not finished, there "
      "twice, or of another run.");
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  const MergeSummary summary = MergeShards({shards.begin(), shards.end()}, output, overwrite);
  if (!summary.lock_note.empty()) err << "note: " << Printable(summary.lock_note) << '\n';
  out << Counted(static_cast<std::int64_t>(summary.videos), "video");
  if (summary.failed > 0) out << ", of which " << summary.failed << " failed";
  out << '\n';
  for (const auto& file : summary.files) out << "wrote " << Printable(file.string()) << '\n';
  return kExitOk;
}

}  // namespace

const Command kMergeCommand = {"merge", "the shards of a run as one", Run};

}  // namespace mestr::cli
