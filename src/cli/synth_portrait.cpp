// mestr synth: clips made from one portrait.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/synth_flags.h"
#include "mestr/core/error.h"
#include "synth/synth_set.h"

namespace mestr::cli {
using namespace internal;
namespace {

// The flag that sets an option, for errors of the library, which knows only the option.
struct FlagOfField {
  std::string_view field;
  std::string_view flag;
};
constexpr FlagOfField kFlags[] = {{"seconds", "--seconds"},
                                  {"fps", "--fps"},
                                  {"clips", "--clips"},
                                  {"subject", "--subjects"},
                                  {"subjects", "--subjects"},
                                  {"width_px", "--size"},
                                  {"height_px", "--size"},
                                  {"intensity_min_crop_px", "--intensity"},
                                  {"intensity_max_crop_px", "--intensity"},
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
                                  {"noise_sigma", "--noise"},
                                  {"flicker", "--flicker"},
                                  {"drift_crop_px", "--drift"},
                                  {"blinks_per_minute", "--blinks"},
                                  {"gaze_crop_px", "--gaze"},
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
  std::string output;
  std::string preset;
  std::string portrait;
  std::string format;
  std::string subjects;
  std::string size;
  std::string intensity;
  std::string length;
  std::string density;
  std::string class_weights;
  std::optional<std::uint64_t> seed;
  std::optional<int> clips;
  std::optional<int> count;
  std::optional<double> seconds;
  std::optional<double> fps;
  std::optional<double> gap;
  std::optional<double> noise;
  std::optional<double> flicker;
  std::optional<double> drift;
  std::optional<double> blinks;
  std::optional<double> gaze;
  std::optional<int> jobs;
  bool overwrite = false;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("-o,--output", flags.output, "Folder to write to; new or empty")->required();
  app.add_option(
      "--preset", flags.preset,
      "demo: 3 short videos; megc2025: the challenge's layout, 20 clips of 30 fps and 10 "
      "of 200 fps; train: 60 videos of 8 subjects. Other flags change its values");
  app.add_option("--seed", flags.seed, "Same seed, same bytes (default 1)");
  app.add_option("--format", flags.format,
                 "frames: folders of JPEG files (default); video: motion-JPEG AVI files");
  app.add_option("--clips", flags.clips, "Number of clips (default 8)");
  app.add_option("--subjects", flags.subjects,
                 "Faces to use, 1 to 999, for example 1-8 or 1,3,5-7 (default 1-8)");
  app.add_option("--seconds", flags.seconds, "Length of a clip (default 10)");
  app.add_option("--fps", flags.fps, "Frames a second, 10 to 1000 (default 30)");
  app.add_option("--size", flags.size, "Width x height of the frames in px (default 640x480)");
  app.add_option("--portrait", flags.portrait,
                 "Own portrait; its landmarks in a file of the same name that ends in .json");
  app.add_option("--intensity", flags.intensity,
                 "MIN,MAX: largest displacement of a landmark at the apex, in px of a 128 x 128 "
                 "face crop, up to 4 (default 0.8,2.5)");
  app.add_option(
      "--length", flags.length,
      "MEAN,SD,MIN,MAX: seconds from onset to offset (default: as in CAS(ME)^2 below 100 "
      "fps, else as in SAMM Long Videos)");
  auto* count = app.add_option("--count", flags.count, "Micro-expressions in each clip");
  app.add_option("--density", flags.density,
                 "Micro-expressions a minute, a random number in each clip, or 'real': 0.24 below "
                 "100 fps, else 1.83 (default 12)")
      ->excludes(count);
  app.add_option("--gap", flags.gap, "Least seconds between micro-expressions (default 0.5)");
  app.add_option("--class-weights", flags.class_weights,
                 "NEGATIVE,POSITIVE,SURPRISE: how often, relatively (default 1,1,1)");
  app.add_option("--noise", flags.noise, "Sensor noise, sigma in gray levels (default 2)");
  app.add_option("--flicker", flags.flicker, "Flicker of the light, part of 1 (default 0.01)");
  app.add_option("--drift", flags.drift,
                 "Largest drift of the head, px of a 128 x 128 face crop (default 2)");
  app.add_option("--blinks", flags.blinks, "Blinks a minute (default 15)");
  app.add_option("--gaze", flags.gaze,
                 "Largest shift of the irises, px of a 128 x 128 face crop (default 0.7)");
  app.add_option("--jobs", flags.jobs, "Clips at a time (default: one a processor)");
  app.add_flag("--overwrite", flags.overwrite, "Replace a set that mestr synth wrote before");
}

void ApplyPicture(const Flags& flags, SynthSetOptions& set) {
  SynthClipOptions& clip = set.clip;
  if (!flags.format.empty()) {
    if (flags.format != "frames" && flags.format != "video") {
      ThrowBad("--format", flags.format, "frames or video");
    }
    set.format = flags.format == "video" ? SynthFormat::kVideo : SynthFormat::kFrames;
  }
  if (!flags.size.empty()) {
    const std::vector<std::string_view> parts = Split(flags.size, 'x');
    const std::optional<int> width = Parse<int>(parts[0]);
    const std::optional<int> height = parts.size() == 2 ? Parse<int>(parts[1]) : std::nullopt;
    if (!width || !height) ThrowBad("--size", flags.size, "WIDTHxHEIGHT, for example 640x480");
    clip.width_px = *width;
    clip.height_px = *height;
  }
  clip.seconds = flags.seconds.value_or(clip.seconds);
  clip.noise_sigma = flags.noise.value_or(clip.noise_sigma);
  clip.flicker = flags.flicker.value_or(clip.flicker);
  clip.drift_crop_px = flags.drift.value_or(clip.drift_crop_px);
  clip.blinks_per_minute = flags.blinks.value_or(clip.blinks_per_minute);
  clip.gaze_crop_px = flags.gaze.value_or(clip.gaze_crop_px);
}

void ApplyExpressions(const Flags& flags, SynthClipOptions& clip) {
  if (!flags.intensity.empty()) {
    const auto range = ParseNumbers<2>("--intensity", flags.intensity, "MIN,MAX");
    clip.intensity_min_crop_px = range[0];
    clip.intensity_max_crop_px = range[1];
  }
  if (!flags.length.empty()) {
    const auto length = ParseNumbers<4>("--length", flags.length, "MEAN,SD,MIN,MAX in seconds");
    clip.length = ExpressionLength{length[0], length[1], length[2], length[3]};
  }
  if (!flags.class_weights.empty()) {
    clip.class_weights =
        ParseNumbers<3>("--class-weights", flags.class_weights, "NEGATIVE,POSITIVE,SURPRISE");
  }
  clip.gap_s = flags.gap.value_or(clip.gap_s);
  if (flags.count) clip.expressions = flags.count;
}

// A density replaces a preset's count.
void ApplyDensity(const Flags& flags, SynthSetOptions& set) {
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

void ApplyGroups(const Flags& flags, SynthSetOptions& set) {
  if (set.groups.size() != 1 && (flags.clips || flags.fps)) {
    throw Error(ErrorKind::kConfig, std::string(flags.clips ? "--clips" : "--fps") +
                                        " does not go with --preset " + flags.preset +
                                        ", which has 20 clips of 30 fps and 10 of 200 fps");
  }
  for (SynthSetOptions::Group& group : set.groups) {
    if (!flags.subjects.empty()) group.subjects = ParseSubjects(flags.subjects, 999);
    group.clips = flags.clips.value_or(group.clips);
    group.fps = flags.fps.value_or(group.fps);
  }
}

SynthSetOptions OptionsFrom(const Flags& flags) {
  SynthSetOptions set;
  if (!flags.preset.empty()) set = SynthPreset(flags.preset);
  set.seed = flags.seed.value_or(set.seed);
  ApplyPicture(flags, set);
  ApplyGroups(flags, set);
  ApplyExpressions(flags, set.clip);
  ApplyDensity(flags, set);
  // Frames of a data set's own rate get its layout, so that the folder reads as that data set; any
  // other rate would be read wrongly there.
  if (flags.preset.empty() && set.format == SynthFormat::kFrames) {
    if (set.groups[0].fps == 30) set.groups[0].dataset = "cas";
    if (set.groups[0].fps == 200) set.groups[0].dataset = "samm";
  }
  return set;
}

}  // namespace

int RunPortraitSynth(int argc, char** argv, std::ostream& out, std::ostream& err) {
  CLI::App app("Makes face videos with known micro-expressions from one portrait.", "mestr synth");
  Flags flags;
  AddFlags(app, flags);
  if (const std::optional<int> exit = ParseArguments(app, argc, argv, out, err)) return *exit;
  try {
    const SynthSetSummary summary =
        LoadCompute().synth(OptionsFrom(flags), flags.portrait, flags.output,
                            SynthWriteOptionsFrom(flags.overwrite, flags.jobs, err));
    PrintSynthSummary(summary, flags.output, out);
  } catch (const Error& error) {
    throw Error(error.kind(), WithFlag(error.what()));
  }
  return kExitOk;
}

}  // namespace mestr::cli
