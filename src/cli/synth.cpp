// mestr synth: clips of synthetic people with known micro-expressions.
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/synth_flags.h"
#include "mestr/core/error.h"
#include "synth/person_set.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr int kMostPersons = 9999;

// The flag that sets an option, for errors of the library, which knows only the option.
struct FlagOfField {
  std::string_view field;
  std::string_view flag;
};
constexpr FlagOfField kFlags[] = {{"seconds", "--seconds"},
                                  {"fps", "--fps"},
                                  {"clips", "--clips"},
                                  {"person", "--subjects"},
                                  {"subjects", "--subjects"},
                                  {"width_px", "--size"},
                                  {"height_px", "--size"},
                                  {"intensity_min_px200", "--intensity"},
                                  {"intensity_max_px200", "--intensity"},
                                  {"length.min_s", "--length"},
                                  {"length.mean_s", "--length"},
                                  {"length.max_s", "--length"},
                                  {"length.sd_s", "--length"},
                                  {"expressions", "--count"},
                                  {"expressions_per_minute", "--density"},
                                  {"gap_s", "--gap"},
                                  {"class_weights", "--class-weights"},
                                  {"class_weights.negative", "--class-weights"},
                                  {"class_weights.positive", "--class-weights"},
                                  {"class_weights.surprise", "--class-weights"},
                                  {"noise_gray", "--noise"},
                                  {"blinks_per_minute", "--blinks"},
                                  {"flow_step", "--truth-flow"},
                                  {"preset", "--preset"}};

std::string WithFlag(const std::string& message) {
  const std::string_view field = std::string_view{message}.substr(0, message.find_first_of(" :"));
  for (const FlagOfField& known : kFlags) {
    if (known.field == field) return std::string(known.flag) + ": " + message;
  }
  return message;
}

// What was typed; empty where a preset's or the default value holds.
struct Flags {
  bool people = false;
  std::string output;
  std::string preset;
  std::string format;
  std::string subjects;
  std::string size;
  std::string intensity;
  std::string length;
  std::string density;
  std::string class_weights;
  std::string contexts;
  std::optional<std::uint64_t> seed;
  std::optional<int> clips;
  std::optional<int> count;
  std::optional<double> seconds;
  std::optional<double> fps;
  std::optional<double> gap;
  std::optional<double> noise;
  std::optional<double> blinks;
  std::optional<int> truth_flow;
  std::optional<int> jobs;
  bool overwrite = false;
};

void AddSetFlags(CLI::App& app, Flags& flags) {
  app.add_flag("--people", flags.people)->group("");
  app.add_option("-o,--output", flags.output, "Folder to write to; new or empty")->required();
  app.add_option(
      "--preset", flags.preset,
      "demo: 3 short videos; megc2025: the challenge's layout, 20 clips of 30 fps and 10 "
      "of 200 fps; train: 60 videos of 60 people. Other flags change its values");
  app.add_option("--seed", flags.seed, "Same seed, same bytes (default 1)");
  app.add_option("--format", flags.format,
                 "frames: folders of JPEG files (default); avi: motion JPEG; mp4: H.264; video: "
                 "avi or mp4, drawn for each clip");
  app.add_option("--clips", flags.clips, "Number of clips (default 8)");
  app.add_option("--subjects", flags.subjects,
                 "People, 1 to 9999, for example 1-8 or 1,3,5-7 (default 1-8)");
  app.add_option("--seconds", flags.seconds, "Length of a clip (default 10)");
  app.add_option("--fps", flags.fps, "Frames a second, 10 to 1000 (default 30)");
  app.add_option("--size", flags.size,
                 "Width x height of the frames in px, even (default 640x480)");
  app.add_option("--truth-flow", flags.truth_flow,
                 "STEP: also write the true optical flow from each frame to the one STEP later, "
                 "truth_flow/*.npy (float32, 8 bytes a pixel)");
  app.add_option("--jobs", flags.jobs, "Clips at a time (default: one a processor)");
  app.add_flag("--overwrite", flags.overwrite, "Replace a set that mestr synth wrote before");
}

void AddClipFlags(CLI::App& app, Flags& flags) {
  app.add_option("--contexts", flags.contexts,
                 "What else goes on, drawn for each clip from a list of frozen, still, calm, "
                 "speaking, lively (default: all, frozen least)");
  app.add_option("--intensity", flags.intensity,
                 "MIN,MAX: largest shift of the skin at the apex, in px at a face width of 200 px, "
                 "up to 10 (default 1,4)");
  app.add_option("--length", flags.length,
                 "MEAN,SD,MIN,MAX: seconds from onset to offset (default 0.36,0.09,0.17,0.5)");
  auto* count = app.add_option("--count", flags.count, "Micro-expressions in each clip");
  app.add_option("--density", flags.density,
                 "Micro-expressions a minute, a random number in each clip, or 'real': 0.24 below "
                 "100 fps, else 1.83 (default 12)")
      ->excludes(count);
  app.add_option("--gap", flags.gap, "Least seconds between micro-expressions (default 0.5)");
  app.add_option("--class-weights", flags.class_weights,
                 "NEGATIVE,POSITIVE,SURPRISE: how often, relatively (default 1,1,1)");
  app.add_option("--noise", flags.noise,
                 "Camera noise, sigma in gray levels (default: drawn for each clip)");
  app.add_option("--blinks", flags.blinks, "Blinks a minute (default: the person's own)");
}

PersonSetFormat FormatFrom(const std::string& text) {
  constexpr std::pair<std::string_view, PersonSetFormat> kFormats[] = {
      {"frames", PersonSetFormat::kFrames},
      {"avi", PersonSetFormat::kAvi},
      {"mp4", PersonSetFormat::kMp4},
      {"video", PersonSetFormat::kVideo}};
  for (const auto& [name, format] : kFormats) {
    if (name == text) return format;
  }
  ThrowBad("--format", text, "frames, avi, mp4 or video");
}

std::vector<synth::Context> ContextsFrom(const std::string& text) {
  std::vector<synth::Context> contexts;
  for (const std::string_view part : Split(text, ',')) {
    const std::optional<synth::Context> context = synth::FindContext(part);
    if (!context) {
      ThrowBad("--contexts", text, "a list of frozen, still, calm, speaking and lively");
    }
    contexts.push_back(*context);
  }
  return contexts;
}

void ApplySize(const std::string& text, synth::PersonClipOptions& clip) {
  const std::vector<std::string_view> parts = Split(text, 'x');
  const std::optional<int> width = Parse<int>(parts[0]);
  const std::optional<int> height = parts.size() == 2 ? Parse<int>(parts[1]) : std::nullopt;
  if (!width || !height) ThrowBad("--size", text, "WIDTHxHEIGHT, for example 640x480");
  clip.width_px = *width;
  clip.height_px = *height;
}

void ApplyClip(const Flags& flags, synth::PersonClipOptions& clip) {
  if (!flags.size.empty()) ApplySize(flags.size, clip);
  if (!flags.contexts.empty()) clip.contexts = ContextsFrom(flags.contexts);
  if (!flags.intensity.empty()) {
    const auto range = ParseNumbers<2>("--intensity", flags.intensity, "MIN,MAX");
    clip.intensity_min_px200 = range[0];
    clip.intensity_max_px200 = range[1];
  }
  if (!flags.length.empty()) {
    const auto length = ParseNumbers<4>("--length", flags.length, "MEAN,SD,MIN,MAX in seconds");
    clip.length = ExpressionLength{length[0], length[1], length[2], length[3]};
  }
  if (!flags.class_weights.empty()) {
    clip.class_weights =
        ParseNumbers<3>("--class-weights", flags.class_weights, "NEGATIVE,POSITIVE,SURPRISE");
  }
  clip.seconds = flags.seconds.value_or(clip.seconds);
  clip.gap_s = flags.gap.value_or(clip.gap_s);
  if (flags.count) clip.expressions = flags.count;
  if (flags.noise) clip.noise_gray = flags.noise;
  if (flags.blinks) clip.blinks_per_minute = flags.blinks;
}

// A density replaces a preset's count.
void ApplyDensity(const Flags& flags, PersonSetOptions& set) {
  if (flags.density.empty()) return;
  set.clip.expressions.reset();
  if (flags.density == "real") {
    if (set.groups.size() != 1) {
      ThrowBad("--density", flags.density,
               "a number with a preset that has clips of several frame rates");
    }
    set.clip.expressions_per_minute = RealExpressionsPerMinute(set.groups[0].fps);
    return;
  }
  const std::optional<double> density = Parse<double>(flags.density);
  if (!density) ThrowBad("--density", flags.density, "a number or 'real'");
  set.clip.expressions_per_minute = *density;
}

void ApplyGroups(const Flags& flags, PersonSetOptions& set) {
  if (set.groups.size() != 1 && (flags.clips || flags.fps)) {
    throw Error(ErrorKind::kConfig, std::string(flags.clips ? "--clips" : "--fps") +
                                        " does not go with --preset " + flags.preset +
                                        ", which has 20 clips of 30 fps and 10 of 200 fps");
  }
  for (PersonSetOptions::Group& group : set.groups) {
    if (!flags.subjects.empty()) group.persons = ParseSubjects(flags.subjects, kMostPersons);
    group.clips = flags.clips.value_or(group.clips);
    group.fps = flags.fps.value_or(group.fps);
  }
}

PersonSetOptions OptionsFrom(const Flags& flags) {
  PersonSetOptions set;
  if (!flags.preset.empty()) set = PersonSetPreset(flags.preset);
  set.seed = flags.seed.value_or(set.seed);
  if (!flags.format.empty()) set.format = FormatFrom(flags.format);
  set.flow_step = flags.truth_flow;
  ApplyClip(flags, set.clip);
  ApplyGroups(flags, set);
  ApplyDensity(flags, set);
  // Frames of a data set's own rate get its layout, so that the folder reads as that data set; any
  // other rate would be read wrongly there.
  if (flags.preset.empty() && set.format == PersonSetFormat::kFrames) {
    if (set.groups[0].fps == 30) set.groups[0].dataset = "cas";
    if (set.groups[0].fps == 200) set.groups[0].dataset = "samm";
  }
  return set;
}

int RunPeopleSynth(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Makes videos of synthetic people with known micro-expressions.", "mestr synth");
  Flags flags;
  AddSetFlags(app, flags);
  AddClipFlags(app, flags);
  if (const std::optional<int> exit = ParseArguments(app, argc, argv, out, err)) return *exit;
  try {
    const SynthSetSummary summary = LoadCompute().person_set(
        OptionsFrom(flags), flags.output, SynthWriteOptionsFrom(flags.overwrite, flags.jobs, err));
    PrintSynthSummary(summary, flags.output, out);
  } catch (const Error& error) {
    throw Error(error.kind(), WithFlag(error.what()));
  }
  return kExitOk;
}

int RunSynth(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const bool people =
      std::any_of(argv, argv + argc, [](const char* a) { return std::strcmp(a, "--people") == 0; });
  return (people ? RunPeopleSynth : RunPortraitSynth)(argc, argv, out, err);
}

}  // namespace

const Command kSynthCommand = {"synth", "make clips with known micro-expressions", RunSynth};

}  // namespace mestr::cli
