#include "cli/command.h"
#include "cli/compute.h"
#include "cli/run_flags.h"
#include "cli/stop_signals.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Writes the network's input of every video as NumPy files, for training",
               "mestr features");
  RunFlags flags;
  flags.AddTo(app);
  std::string labels;
  std::string dtype = "float16";
  app.add_option("--labels", labels,
                 "Label CSV: adds the features of each micro-expression's onset and apex");
  app.add_option("--dtype", dtype, "float16 or float32")
      ->check(CLI::IsMember({"float16", "float32"}))
      ->capture_default_str();
  app.footer(
      "A run that was cut off goes on where it stopped; a video whose files, frame rate, labels "
      "or k changed since\nis computed again. Needs no model; a frame rate that no data set of "
      "the config names takes k from spot.k_s.");
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  Console console(err, flags.quiet);
  const StopSignals signals(err);
  const ExportOptions options{.analyzer = flags.Analyzer(),
                              .inputs = flags.inputs,
                              .fps = flags.fps,
                              .output = flags.output,
                              .labels = labels,
                              .half = dtype == "float16",
                              .overwrite = flags.overwrite,
                              .shard = flags.ParsedShard()};
  const ExportSummary summary =
      LoadCompute().features(options, signals.Observing(console.Observer()));
  if (summary.events_left_out > 0) {
    console.Warn(
        Counted(static_cast<std::int64_t>(summary.events_left_out), "labelled micro-expression") +
        " left out: onset and apex are no two frames "
        "with a face");
  }
  out << Counted(static_cast<std::int64_t>(summary.written), "video") << " written, "
      << summary.resumed << " there already, " << summary.failed << " failed\n";
  if (summary.failed == 0 || flags.keep_going) return kExitOk;
  return summary.written + summary.resumed == 0 ? kExitInput : kExitSomeFailed;
}

}  // namespace

const Command kFeaturesCommand = {"features", "videos in, the network's input as NumPy files out",
                                  Run};

}  // namespace mestr::cli
