// mestr merge: the shards of a run as one.
#include "results/merge.h"

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

struct Flags {
  std::vector<std::string> shards;
  std::string output;
  bool overwrite = false;
};

int Run(const Flags& flags, std::ostream& out, std::ostream& err) {
  const MergeSummary summary =
      MergeShards({flags.shards.begin(), flags.shards.end()}, flags.output, flags.overwrite);
  if (!summary.lock_note.empty()) err << "note: " << Printable(summary.lock_note) << '\n';
  out << Counted(static_cast<std::int64_t>(summary.videos), "video");
  if (summary.failed > 0) out << ", of which " << summary.failed << " failed";
  out << '\n';
  for (const auto& file : summary.files) out << "wrote " << Printable(file.string()) << '\n';
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description("Makes one run of the results of its shards.");
  const auto flags = std::make_shared<Flags>();
  app.Group(kInputGroup);
  app.add_option("SHARD", flags->shards,
                 "The folders of mestr run --shard 1/N to N/N, in any order; they stay as they are")
      ->type_name(kFolderType)
      ->required();
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags->output, "Folder for the results")
      ->type_name(kFolderType)
      ->required();
  app.add_flag("--overwrite", flags->overwrite,
               "Replace the results of another run in that folder");
  app.Note(
      "Writes the videos' files, the leaderboard files, submission.zip and predictions.csv with "
      "the bytes of a run without --shard, and run.json.");
  app.Note(
      "Exit codes: 0 ok, 2 usage or output folder, 3 a shard that is missing, not finished, there "
      "twice, or of another run.");
  app.AddExample("mestr merge out1 out2 out3 -o out", "Of mestr run with --shard 1/3, 2/3 and 3/3");
  app.AddExample("mestr merge shards/* -o out --overwrite",
                 "The same once more, over an older one");
  return [flags](std::ostream& out, std::ostream& err) { return Run(*flags, out, err); };
}

}  // namespace

const Command kMergeCommand = {"merge", "the shards of a run as one", Define};

}  // namespace mestr::cli
