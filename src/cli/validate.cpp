// mestr validate: reads a submission as the leaderboard would, before the leaderboard does.
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "core/text.h"
#include "mestr/config/config.h"
#include "mestr/core/error.h"
#include "mestr/video/inputs.h"
#include "submission/check.h"

namespace mestr::cli {
using namespace internal;
namespace {

struct Flags {
  std::string submission;
  std::vector<std::string> inputs;
  std::string lengths;
  std::vector<std::string> config;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("SUBMISSION", flags.submission,
                 "submission.zip, a folder with cas_pred.csv and samm_pred.csv, or one of the two")
      ->required();
  app.add_option("--root,--manifest", flags.inputs,
                 "Data-set root or manifest: video names and lengths are checked too; repeatable")
      ->allow_extra_args(false);
  app.add_option("--lengths", flags.lengths,
                 "CSV of dataset,subject,video,frames: the same without the videos");
  app.add_option("--config", flags.config, "Config that says how a root is laid out; repeatable")
      ->allow_extra_args(false);
  app.footer(
      "Names every bad line as file:line:column. Exit codes: 0 nothing wrong, 3 something is.");
}

KnownVideo LengthOf(const VideoInput& input) {
  return {input.key, LoadCompute().announced_frames(input)};
}

std::vector<KnownVideo> KnownVideos(const Flags& flags) {
  std::vector<KnownVideo> videos;
  if (!flags.lengths.empty()) videos = ReadVideoLengths(flags.lengths);
  if (flags.inputs.empty()) return videos;
  InputOptions options;
  for (const DatasetConfig& dataset : LoadConfig(flags.config, {}).datasets) {
    options.layouts.push_back(dataset.layout);
  }
  for (const VideoInput& input : ResolveInputs(flags.inputs, options)) {
    videos.push_back(LengthOf(input));
  }
  return videos;
}

void NoteUnknownLengths(const std::vector<KnownVideo>& videos, std::ostream& err) {
  for (const KnownVideo& known : videos) {
    if (known.frames) continue;
    err << "note: the length of video '" << Printable(known.video.video) << "' of subject '"
        << Printable(known.video.subject) << "' is not known, its frames are not checked\n";
  }
}

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Checks a submission and names every bad line", "mestr validate");
  Flags flags;
  AddFlags(app, flags);
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  const std::vector<KnownVideo> videos = KnownVideos(flags);
  NoteUnknownLengths(videos, err);
  const SubmissionCheck check = CheckSubmission(flags.submission, videos);
  for (const std::string& problem : check.problems) out << Printable(problem) << '\n';
  out << Printable(flags.submission) << ": " << Counted(std::ssize(check.files), "file") << ", "
      << Counted(check.rows, "prediction") << ", " << Counted(std::ssize(check.problems), "problem")
      << (videos.empty() ? "; video names and lengths not checked (--root, --manifest or --lengths)"
                         : "")
      << '\n';
  return check.problems.empty() ? kExitOk : kExitInput;
}

}  // namespace

const Command kValidateCommand = {"validate", "check a submission and name every bad line", Run};

}  // namespace mestr::cli
