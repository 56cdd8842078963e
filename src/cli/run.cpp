#include <algorithm>
#include <optional>
#include <utility>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/run_flags.h"
#include "cli/stop_signals.h"
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

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Spots micro-expressions in face videos and names their emotion", "mestr run");
  RunFlags flags;
  flags.AddTo(app);
  app.add_option(
         "--model", flags.models,
         "TorchScript model(s), over the config's; several are averaged. A model file is code: "
         "what is no network is refused before it runs, and a network has limits of time and "
         "memory (SECURITY.md)")
      ->allow_extra_args(false);
  app.add_option("--min-evidence", flags.min_evidence,
                 "Least evidence of a find, 0 to 1, in place of the model's: more is stricter. Of "
                 "models whose scores are probabilities");
  app.add_flag("--all-faces", flags.all_faces,
               "Every face gets a track of its own, not only the largest one (with face.alignment "
               "similarity, as in --config demo)");
  app.footer(
      "Without --config and --model: as the baseline where an input is one of the challenge's data "
      "sets, --config demo for\nvideos of your own.\n"
      "Writes <dataset>_pred.csv and submission.zip for the challenge's data sets, predictions.csv "
      "for all other videos,\nvideos/*.json with per-frame scores, with face.alignment similarity "
      "videos/*_frames.csv\n(which frames could be judged, and why not), and run.json. Exit codes: "
      "0 ok, "
      "2 usage or config, 3 no input could be used,\n4 model, 5 some videos failed and the others "
      "are written, 130 stopped by SIGINT or SIGTERM.\nA run that was cut off goes on where it "
      "stopped: the same command computes what is missing or changed.");
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  Console console(err, flags.quiet);
  const StopSignals signals(err);
  std::optional<ResolvedInputs> resolved = ChooseConfig(flags);
  const RunOptions options{.analyzer = flags.Analyzer(),
                           .inputs = flags.inputs,
                           .fps = flags.fps,
                           .resolved = std::move(resolved),
                           .output = flags.output,
                           .overwrite = flags.overwrite,
                           .shard = flags.ParsedShard()};
  const RunSummary summary = LoadCompute().run(options, signals.Observing(console.Observer()));
  ReportFailures(summary, console);
  PrintSummary(summary, out);
  return ExitCodeOf(summary, flags.keep_going);
}

}  // namespace

const Command kRunCommand = {"run", "videos in, micro-expressions and leaderboard CSVs out", Run};

}  // namespace mestr::cli
