// mestr bench: how fast it is here.
#include "bench/bench.h"

#include <algorithm>
#include <iterator>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/run_flags.h"
#include "mestr/core/error.h"

namespace mestr::cli {
using namespace internal;
namespace {

// What was typed; empty where the default, or that of --quick, holds.
struct Flags {
  RunFlags run;
  std::vector<std::string> parts;
  std::vector<std::string> engines;
  std::vector<int> threads;
  std::vector<int> sizes;
  std::vector<double> lengths;
  std::optional<int> pairs;
  std::optional<int> repetitions;
  std::optional<int> reference_frames;
  std::optional<std::uint64_t> seed;
  std::string json;
  bool quick = false;
};

void AddFlags(CLI::App& app, Flags& flags) {
  const BenchOptions defaults;
  const auto shown = [](const auto& value) { return " (default " + std::to_string(value) + ")"; };
  app.add_option(
         "INPUT", flags.run.inputs,
         "One video file or folder of frames (default: synthetic clips of 30 and 200 fps; with "
         "a model of windows one at its rate)")
      ->expected(0, 1);
  app.add_option(
         "--parts", flags.parts,
         "Any of flow, stages, whole, windows, scaling, comma-separated (default: all; with a "
         "model of windows all but flow)")
      ->delimiter(',')
      ->check(CLI::IsMember({"flow", "stages", "whole", "windows", "scaling"}));
  app.add_option("--engines", flags.engines,
                 "Flow engines: any of opencv, exact (the bits of OpenCV built without IPP, as "
                 "Debian's is; "
                 "PyPI's wheels have IPP), fast, cuda (default: all)")
      ->delimiter(',');
  app.add_option("--threads", flags.threads, "Flow workers at the same time (default 1,2)")
      ->delimiter(',');
  app.add_option("--sizes", flags.sizes, "Sides of the crops for flow, px (default 128)")
      ->delimiter(',');
  app.add_option("--pairs", flags.pairs, "Pairs of each kind for flow" + shown(defaults.pairs));
  app.add_option("--repetitions", flags.repetitions,
                 "Of everything timed" + shown(defaults.repetitions));
  app.add_option("--reference-frames", flags.reference_frames,
                 "Frames, each with a pair, that the slow reference pipeline computes; its time "
                 "for the clip is scaled from them" +
                     shown(defaults.reference_frames));
  app.add_option("--lengths", flags.lengths,
                 "Seconds of video of the scaling table (default 10,60)")
      ->delimiter(',');
  app.add_option("--seed", flags.seed, "Of the synthetic clips (default 1)");
  app.add_flag("--quick", flags.quick, "A first impression in half a minute: few repetitions");
  app.add_option("--json", flags.json,
                 "File for all numbers and what made them; - prints them in place of the tables");
  app.add_option("--model", flags.run.models,
                 "TorchScript model(s), over the config's; several are averaged")
      ->allow_extra_args(false);
  flags.run.AddConfigTo(app);
}

bool Has(const std::vector<std::string>& parts, const char* part) {
  return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
}

void MakeQuick(BenchOptions& options) {
  options.threads = {1};
  options.pairs = 2;
  options.repetitions = 1;
  options.stage_frames = 30;
  options.clip_frames = 90;
  options.reference_frames = 5;
  options.lengths_s = {2, 4};
  for (WindowClipOptions& clip : options.window_clips) {
    clip.layout = {.window_frames = 8, .hop_frames = 4};
  }
}

template <typename Value>
void Override(std::vector<Value>& value, const std::vector<Value>& typed) {
  if (!typed.empty()) value = typed;
}

BenchOptions OptionsFrom(const Flags& flags) {
  BenchOptions options;
  if (flags.quick) MakeQuick(options);
  options.config = flags.run.Load();
  if (!flags.run.inputs.empty()) options.input = flags.run.inputs.front();
  options.fps = flags.run.fps;
  options.device = ParseDevice(flags.run.device);
  options.flow = Has(flags.parts, "flow");
  options.stages = Has(flags.parts, "stages");
  options.whole = Has(flags.parts, "whole");
  options.windows = Has(flags.parts, "windows");
  options.scaling = Has(flags.parts, "scaling");
  if (!flags.engines.empty()) {
    options.engines.clear();
    std::transform(flags.engines.begin(), flags.engines.end(), std::back_inserter(options.engines),
                   ParseFlowMethod);
  }
  Override(options.threads, flags.threads);
  Override(options.sizes_px, flags.sizes);
  Override(options.lengths_s, flags.lengths);
  options.pairs = flags.pairs.value_or(options.pairs);
  options.repetitions = flags.repetitions.value_or(options.repetitions);
  options.reference_frames = flags.reference_frames.value_or(options.reference_frames);
  options.seed = flags.seed.value_or(options.seed);
  return options;
}

std::string CommandLine(int argc, char** argv) {
  std::string line = "mestr bench";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

int Run(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const std::string command = CommandLine(argc, argv);
  CLI::App app("Measures how fast mestr is on this machine, after checking that results agree",
               "mestr bench");
  Flags flags;
  AddFlags(app, flags);
  if (const auto code = ParseArguments(app, argc, argv, out, err)) return *code;
  const BenchOptions options = OptionsFrom(flags);
  Console console(err, flags.run.quiet);
  const BenchTexts report = LoadCompute().bench(
      options, [&](const std::string& line) { console.Info(line); }, command);
  const bool to_file = !flags.json.empty() && flags.json != "-";
  if (flags.json != "-") out << PrintableLines(report.tables);
  WriteReport(flags.json, report.json, out);
  if (to_file) console.Info("wrote " + flags.json);
  return kExitOk;
}

}  // namespace

const Command kBenchCommand = {"bench",
                               "frames per second and ms per pair or window, stage by stage", Run};

}  // namespace mestr::cli
