// mestr bench: how fast it is here.
#include "bench/bench.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
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
  std::optional<int> videos;
  std::optional<int> pairs;
  std::optional<int> repetitions;
  std::optional<int> reference_frames;
  std::optional<std::uint64_t> seed;
  std::string json;
  bool quick = false;
};

void AddPartFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option(
         "INPUT", flags.run.inputs,
         "One video file or folder of frames; without, synthetic clips of 30 and 200 fps, and for "
         "stages a folder of 2040x1088 and an H.264 file of 1280x720, too; with a model of windows "
         "one at its rate")
      ->type_name(kPathType)
      ->expected(0, 1);
  flags.run.AddInputTo(app);
  app.add_option("--seed", flags.seed, "Of the synthetic clips")->type_name("N")->default_str("1");
  app.Group("What is timed");
  app.add_option(
         "--parts", flags.parts,
         "Any of flow, stages, whole, windows, scaling; a model of windows has no part flow")
      ->type_name("PART")
      ->delimiter(',')
      ->default_str("all")
      ->check(OneOf({"flow", "stages", "whole", "windows", "scaling"}));
  app.add_option("--engines", flags.engines,
                 "Flow engines: any of opencv, exact (the bits of OpenCV built without IPP, as "
                 "Debian's is; PyPI's wheels have IPP), fast, cuda")
      ->type_name("ENGINE")
      ->delimiter(',')
      ->default_str("all");
}

void AddCountFlags(CommandApp& app, Flags& flags) {
  const BenchOptions defaults;
  app.add_option("--threads", flags.threads, "Flow workers at the same time")
      ->type_name("N")
      ->delimiter(',')
      ->default_str("1,2");
  app.add_option("--sizes", flags.sizes, "Sides of the crops for flow")
      ->type_name("PX")
      ->delimiter(',')
      ->default_str("128");
  app.add_option("--pairs", flags.pairs, "Pairs of each kind for flow")
      ->type_name("N")
      ->default_str(std::to_string(defaults.pairs));
  app.add_option("--repetitions", flags.repetitions, "Of everything timed")
      ->type_name("N")
      ->default_str(std::to_string(defaults.repetitions));
  app.add_option("--reference-frames", flags.reference_frames,
                 "Frames, each with a pair, that the slow reference pipeline computes; its time "
                 "for the clip is scaled from them")
      ->type_name("N")
      ->default_str(std::to_string(defaults.reference_frames));
  app.add_option("--lengths", flags.lengths, "Of the videos of the scaling table")
      ->type_name("SECONDS")
      ->delimiter(',')
      ->default_str("10,60");
  app.add_option("--videos", flags.videos,
                 "Folders of two seconds of 2040x1088, at the same time, of the scaling table")
      ->type_name("N")
      ->default_str(std::to_string(defaults.videos));
  app.add_flag("--quick", flags.quick,
               "A first impression in half a minute: few repetitions, small clips");
}

void AddRunFlags(CommandApp& app, Flags& flags) {
  flags.run.AddMethodTo(app);
  flags.run.AddModelTo(app);
  flags.run.AddDeviceTo(app);
  app.Group(kOutputGroup);
  app.add_option("--json", flags.json,
                 "File for all numbers and what made them; - prints them in place of the tables")
      ->type_name(kFileType);
  flags.run.messages.AddTo(app);
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
  options.stage_clips.clear();
  options.videos = 4;
  options.video_width_px = options.width_px;
  options.video_height_px = options.height_px;
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
  if (flags.videos) options.videos = *flags.videos;
  options.pairs = flags.pairs.value_or(options.pairs);
  options.repetitions = flags.repetitions.value_or(options.repetitions);
  options.reference_frames = flags.reference_frames.value_or(options.reference_frames);
  options.seed = flags.seed.value_or(options.seed);
  return options;
}

int Run(const Flags& flags, const std::string& command, Console& console, std::ostream& out) {
  const BenchOptions options = OptionsFrom(flags);
  const BenchTexts report = LoadCompute().bench(
      options, [&](const std::string& line) { console.Info(line); }, command);
  const bool to_file = !flags.json.empty() && flags.json != "-";
  if (flags.json != "-") out << PrintableLines(report.tables);
  WriteReport(flags.json, report.json, out);
  if (to_file) console.Info("wrote " + flags.json);
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description("Measures how fast mestr is on this machine, after checking that results agree.");
  const auto flags = std::make_shared<Flags>();
  AddPartFlags(app, *flags);
  AddCountFlags(app, *flags);
  AddRunFlags(app, *flags);
  app.AddExample("mestr bench --quick", "A first impression");
  app.AddExample("mestr bench --parts flow --engines exact,fast --json bench.json",
                 "Two flow engines, with all numbers in a file");
  return [flags, &app](std::ostream& out, std::ostream& err) {
    const auto console = MakeConsole(err, flags->run.messages, {"bench", ""});
    return console->Run([&] { return Run(*flags, app.typed(), *console, out); });
  };
}

}  // namespace

const Command kBenchCommand = {
    "bench", "frames per second and ms per pair or window, stage by stage", Define};

}  // namespace mestr::cli
