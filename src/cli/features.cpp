#include <memory>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
#include "cli/run_flags.h"
#include "cli/stop_signals.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;
namespace {

struct Flags {
  RunFlags run;
  std::string labels;
  std::string dtype = "float16";
};

void AddFlags(CommandApp& app, Flags& flags) {
  flags.run.AddTo(app);
  app.get_option("--output")->required();
  app.Group(kInputGroup);
  app.add_option("--labels", flags.labels,
                 "Label CSV: adds the features of each micro-expression's onset and apex")
      ->type_name(kFileType);
  app.Group(kOutputGroup);
  app.add_option("--dtype", flags.dtype, "Of the values in the files")
      ->type_name("float16|float32")
      ->check(OneOf({"float16", "float32"}))
      ->capture_default_str();
}

int Run(const Flags& flags, Console& console, std::ostream& out) {
  const StopSignals signals(console);
  const ExportOptions options{.analyzer = flags.run.Analyzer(),
                              .inputs = flags.run.inputs,
                              .fps = flags.run.fps,
                              .output = flags.run.output,
                              .labels = flags.labels,
                              .half = flags.dtype == "float16",
                              .overwrite = flags.run.overwrite,
                              .shard = flags.run.ParsedShard()};
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
  if (summary.failed == 0 || flags.run.keep_going) return kExitOk;
  return summary.written + summary.resumed == 0 ? kExitInput : kExitSomeFailed;
}

Action Define(CommandApp& app) {
  app.description("Writes the network's input of every video as NumPy files, for training.");
  const auto flags = std::make_shared<Flags>();
  AddFlags(app, *flags);
  app.Note(
      "A run that was cut off goes on where it stopped; a video whose files, frame rate, labels "
      "or k changed since is computed again. Needs no model; a frame rate that no data set of "
      "the config names takes k from spot.k_s.");
  app.AddExample("mestr features videos --labels labels.csv -o features",
                 "The rows of all videos, and those of the labelled pairs of frames");
  app.AddExample("mestr features videos -o windows --set features.kind=roi-flow-36-v1",
                 "The windows that networks of windows take");
  return [flags](std::ostream& out, std::ostream& err) {
    const auto console = MakeConsole(err, flags->run.messages, {"features", flags->run.output});
    return console->Run([&] { return Run(*flags, *console, out); });
  };
}

}  // namespace

const Command kFeaturesCommand = {"features", "videos in, the network's input as NumPy files out",
                                  Define};

}  // namespace mestr::cli
