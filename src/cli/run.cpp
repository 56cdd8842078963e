#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
#include "cli/report_page.h"
#include "cli/run_flags.h"
#include "cli/stop_signals.h"
#include "cli/usual_output.h"
#include "config/input_options.h"
#include "core/number_text.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

// With more intervals than this a person reads the files.
constexpr std::size_t kMostIntervalsShown = 40;

std::size_t IntervalsOf(const VideoResults& video) {
  std::size_t count = 0;
  for (const FaceResults& face : video.faces) count += face.intervals.size();
  return count;
}

void PrintIntervals(const FaceResults& face, std::ostream& out) {
  for (const FoundInterval& found : face.intervals) {
    out << "    frames " << found.interval.onset + 1 << " to " << found.interval.offset + 1 << " ("
        << FixedText(found.onset_s, 2) << " to " << FixedText(found.offset_s, 2)
        << " s): " << Printable(found.emotion) << ", probability "
        << FixedText(found.probability, 2);
    if (found.evidence) {
      out << "; evidence " << FixedText(found.evidence->value, 2) << ", "
          << Printable(found.context);
    }
    out << '\n';
  }
}

void PrintFace(const FaceResults& face, bool with_intervals, std::ostream& out) {
  if (!face.usability.empty()) out << "    " << face.usability << '\n';
  if (with_intervals) PrintIntervals(face, out);
  if (const std::int64_t longer = std::ssize(face.longer); longer > 0) {
    out << "    " << Counted(longer, "movement")
        << " of more than half a second: no micro-expression\n";
  }
  if (const std::int64_t others = std::ssize(face.not_written); others > 0) {
    out << "    " << Counted(others, "interval") << " of classes that are not written\n";
  }
}

// Whose they are is said where there are several.
void PrintFaces(const VideoResults& video, bool with_intervals, std::ostream& out) {
  for (const FaceResults& face : video.faces) {
    const bool is_other = &face != &video.faces.front();
    if (is_other) out << "  face " << face.stretches.at(0).track.value_or(0) + 1 << ":\n";
    PrintFace(face, with_intervals, out);
  }
}

void PrintSummary(const RunSummary& summary, std::ostream& out) {
  std::size_t total = 0;
  for (const VideoOutcome& outcome : summary.videos) total += IntervalsOf(outcome.results);
  for (const VideoOutcome& outcome : summary.videos) {
    const VideoResults& video = outcome.results;
    if (outcome.error) {
      out << Printable(outcome.input.path.string()) << ": failed\n";
      continue;
    }
    out << Printable(outcome.input.path.string()) << ": " << Counted(video.frames, "frame") << ", "
        << Counted(static_cast<std::int64_t>(IntervalsOf(video)), "micro-expression") << '\n';
    PrintFaces(video, total <= kMostIntervalsShown, out);
  }
  for (const auto& file : summary.files) out << "wrote " << Printable(file.string()) << '\n';
}

std::int64_t FailedOf(const RunSummary& summary) {
  return std::count_if(summary.videos.begin(), summary.videos.end(),
                       [](const VideoOutcome& outcome) { return outcome.error.has_value(); });
}

int ExitCodeOf(const RunSummary& summary, bool keep_going) {
  const std::int64_t failed = FailedOf(summary);
  if (failed == 0 || keep_going) return kExitOk;
  return failed == std::ssize(summary.videos) ? kExitInput : kExitSomeFailed;
}

// Each failure was told when it happened; of several videos, how many it were.
void ReportFailures(const RunSummary& summary, Console& console) {
  const std::int64_t failed = FailedOf(summary);
  if (failed == 0 || summary.videos.size() == 1) return;
  console.Fail(std::to_string(failed) + " of " + Counted(std::ssize(summary.videos), "video") +
               " failed");
}

// The usual one for the inputs, which it gives, where the user names none. Who brings a model says
// how to run it.
std::optional<ResolvedInputs> ChooseConfig(RunFlags& flags) {
  if (!flags.config.empty() || !flags.models.empty()) return std::nullopt;
  // What is wrong with a flag is told before anything is loaded or read.
  const InputOptions options = InputOptionsOf(flags.Load(), flags.fps);
  ResolvedInputs resolved = LoadCompute().resolve_inputs(flags.inputs, options);
  flags.config = UsualConfigs(resolved.videos);
  return resolved;
}

void AddFlags(CommandApp& app, RunFlags& flags) {
  flags.AddTo(app);
  app.get_option("--output")
      ->default_str("INPUT_mestr in the working folder; mestr_results for several inputs");
  flags.AddModelTo(app);
  app.add_option("--min-evidence", flags.min_evidence,
                 "Least evidence of a find, 0 to 1, in place of the model's: more is stricter. Of "
                 "models whose scores are probabilities")
      ->type_name("EVIDENCE");
  app.add_flag("--all-faces", flags.all_faces,
               "Every face gets a track of its own, not only the largest one (with face.alignment "
               "similarity, as in --config demo)");
  app.Group(kOutputGroup);
  auto* const report = app.add_flag("--report", flags.report,
                                    "Write report.html, too: the results as a page to look at");
  app.add_flag("--no-faces", flags.no_faces, "No picture of anybody goes into the report")
      ->needs(report);
}

int Run(RunFlags& flags, Console& console, std::ostream& out) {
  const StopSignals signals(console);
  std::optional<ResolvedInputs> resolved = ChooseConfig(flags);
  const RunOptions options{.analyzer = flags.Analyzer(),
                           .inputs = flags.inputs,
                           .fps = flags.fps,
                           .resolved = std::move(resolved),
                           .output = flags.output,
                           .overwrite = flags.overwrite,
                           .report = flags.report,
                           .shard = flags.ParsedShard()};
  const RunSummary summary = LoadCompute().run(options, signals.Observing(console.Observer()));
  ReportFailures(summary, console);
  PrintSummary(summary, out);
  // After all was told: whatever becomes of the page. Without files of its own the results of an
  // earlier run are still there.
  if (flags.report && !summary.files.empty()) {
    MakeReportPage({.results = flags.output,
                    .truth = {},
                    .faces = !flags.no_faces,
                    .landmark_model = options.analyzer.config.landmarks,
                    .output = {}},
                   console, out);
  }
  if (!summary.files.empty()) out << "results: " << Printable(options.output.string()) << '\n';
  return ExitCodeOf(summary, flags.keep_going);
}

Action Define(CommandApp& app) {
  app.description("Spots micro-expressions in face videos and names their emotion.");
  const auto flags = std::make_shared<RunFlags>();
  AddFlags(app, *flags);
  app.Note(
      "Without --config and --model: as the baseline where an input is one of the challenge's data "
      "sets, --config demo for videos of your own.");
  app.Note(
      "Writes <dataset>_pred.csv and submission.zip for the challenge's data sets, predictions.csv "
      "for all other videos, videos/*.json with per-frame scores, with face.alignment similarity "
      "videos/*_frames.csv (which frames could be judged, and why not), and run.json.");
  app.Note(
      "Exit codes: 0 ok, 2 usage or config, 3 no input could be used, 4 model, 5 some videos "
      "failed and the others are written, 130 stopped by SIGINT or SIGTERM.");
  app.Note(
      "A run that was cut off goes on where it stopped: the same command computes what is missing "
      "or changed.");
  app.AddExample("mestr run clip.mp4", "A video of your own; results in clip_mestr");
  app.AddExample("mestr run clip.mp4 --report", "The same, and a page to look at");
  app.AddExample("mestr run ROOT -o out --config megc2025",
                 "The challenge's test set, as the published baseline");
  return [flags, output = app.get_option("--output")](std::ostream& out, std::ostream& err) {
    const bool is_usual = output->count() == 0;
    if (is_usual) flags->output = UsualOutput(flags->inputs);
    const auto console = MakeConsole(err, flags->messages, {"run", flags->output});
    return console->Run([&] {
      if (is_usual) CheckUsualOutput(flags->output);
      return Run(*flags, *console, out);
    });
  };
}

}  // namespace

const Command kRunCommand = {"run", "videos in, micro-expressions and leaderboard CSVs out",
                             Define};

}  // namespace mestr::cli
