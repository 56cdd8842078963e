// mestr validate: reads a submission as the leaderboard would, before the leaderboard does.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/answers.h"
#include "cli/command.h"
#include "cli/compute.h"
#include "core/text.h"
#include "mestr/config/config.h"
#include "mestr/core/error.h"
#include "mestr/video/inputs.h"
#include "submission/check.h"
#include "vqa/question_file.h"

namespace mestr::cli {
using namespace internal;
namespace {

struct Flags {
  std::string submission;
  std::vector<std::string> inputs;
  std::string lengths;
  std::string questions;
  std::vector<std::string> config;
};

void AddFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option("SUBMISSION", flags.submission,
                 "submission.zip, a folder with cas_pred.csv and samm_pred.csv, or one of the two; "
                 "or answers to questions (.jsonl)")
      ->type_name(kPathType)
      ->required();
  app.add_option("--root,--manifest", flags.inputs,
                 "Data-set root or manifest: video names and lengths are checked too; repeatable")
      ->type_name(kPathType)
      ->allow_extra_args(false);
  app.add_option("--lengths", flags.lengths,
                 "CSV of dataset,subject,video,frames: the same without the videos")
      ->type_name(kFileType);
  app.add_option("--questions", flags.questions,
                 "Of answers: the file that was to answer; rows and their order are checked too")
      ->type_name(kFileType);
  app.add_option("--config", flags.config, "Config that says how a root is laid out; repeatable")
      ->type_name(kConfigType)
      ->allow_extra_args(false);
}

KnownVideo LengthOf(const VideoInput& input) {
  return {input.key, LoadCompute().announced_frames(input)};
}

std::vector<KnownVideo> KnownVideos(const Flags& flags, std::ostream& err) {
  std::vector<KnownVideo> videos;
  if (!flags.lengths.empty()) videos = ReadVideoLengths(flags.lengths);
  if (flags.inputs.empty()) return videos;
  InputOptions options;
  for (const DatasetConfig& dataset : LoadConfig(flags.config, {}).datasets) {
    options.layouts.push_back(dataset.layout);
  }
  const ResolvedInputs inputs = LoadCompute().resolve_inputs(flags.inputs, options);
  for (const std::string& note : inputs.notes) err << "note: " << note << '\n';
  for (const VideoInput& input : inputs.videos) videos.push_back(LengthOf(input));
  return videos;
}

void NoteUnknownLengths(const std::vector<KnownVideo>& videos, std::ostream& err) {
  for (const KnownVideo& known : videos) {
    if (known.frames) continue;
    err << "note: the length of video " << Quoted(known.video.video) << " of subject "
        << Quoted(known.video.subject) << " is not known, its frames are not checked\n";
  }
}

int RunOnAnswers(const CommandApp& app, const Flags& flags, std::ostream& out, std::ostream& err) {
  RefuseFlags(app, {"--root", "--lengths", "--config"},
              "is about predictions; answers are checked against --questions");
  return ValidateAnswers(flags.submission,
                         flags.questions.empty() ? std::nullopt : std::optional(flags.questions),
                         out, err);
}

int Run(const CommandApp& app, const Flags& flags, std::ostream& out, std::ostream& err) {
  if (IsQuestionFile(flags.submission)) return RunOnAnswers(app, flags, out, err);
  RefuseFlags(app, {"--questions"}, "goes with answers to questions (.jsonl)");
  const std::vector<KnownVideo> videos = KnownVideos(flags, err);
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

Action Define(CommandApp& app) {
  app.description("Checks a submission and names every bad line as file:line:column.");
  const auto flags = std::make_shared<Flags>();
  AddFlags(app, *flags);
  app.Note("Exit codes: 0 nothing wrong, 3 something is.");
  app.AddExample("mestr validate out/submission.zip --root ROOT",
                 "Rows, and that videos and frames are those of the data set");
  app.AddExample("mestr validate cas_pred.csv", "The rows of one file alone");
  app.AddExample("mestr validate samm_pred.jsonl --questions samm_to_answer.jsonl",
                 "Answers to questions: their rows, order and form");
  return [flags, &app](std::ostream& out, std::ostream& err) { return Run(app, *flags, out, err); };
}

}  // namespace

const Command kValidateCommand = {"validate", "check a submission and name every bad line", Define};

}  // namespace mestr::cli
