// mestr synth: clips of synthetic people with known micro-expressions.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "cli/console.h"
#include "cli/stop_signals.h"
#include "core/limits.h"
#include "core/stage_threads.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "synth/synth_set.h"

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
  MessageFlags messages;
};

void AddSetFlags(CommandApp& app, Flags& flags) {
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags.output,
                 "Folder to write to; new, empty or with a part of the set")
      ->type_name(kFolderType)
      ->required();
  app.add_flag("--overwrite", flags.overwrite,
               "Begin anew where mestr synth wrote a set before, in place of going on with it");
  app.add_option("--format", flags.format,
                 "frames: folders of JPEG files; avi: motion JPEG; mp4: H.264; video: avi or mp4, "
                 "drawn for each clip")
      ->type_name("frames|avi|mp4|video")
      ->default_str("frames");
  app.add_option("--size", flags.size, "Of the frames in px, even")
      ->type_name("WIDTHxHEIGHT")
      ->default_str("640x480");
  app.add_option("--truth-flow", flags.truth_flow,
                 "Also write the true optical flow from each frame to the one STEP later, "
                 "truth_flow/*.npy (float32, 8 bytes a pixel)")
      ->type_name("STEP");
  app.Group("Clips");
  app.add_option("--preset", flags.preset,
                 "demo: 3 short videos; megc2025: the challenge's layout, 20 clips of 30 fps and "
                 "10 of 200 fps; train: 60 videos of 60 people. Other flags change its values")
      ->type_name("demo|megc2025|train");
  app.add_option("--seed", flags.seed, "Same seed, same bytes")->type_name("N")->default_str("1");
  app.add_option("--clips", flags.clips, "Number of clips")->type_name("N")->default_str("8");
  app.add_option("--subjects", flags.subjects, "People, 1 to 9999, for example 1-8 or 1,3,5-7")
      ->type_name("LIST")
      ->default_str("1-8");
  app.add_option("--seconds", flags.seconds, "Length of a clip")
      ->type_name("SECONDS")
      ->default_str("10");
  app.add_option("--fps", flags.fps, "Frames a second, 10 to 1000")
      ->type_name("FPS")
      ->default_str("30");
}

void AddClipFlags(CommandApp& app, Flags& flags) {
  app.add_option("--contexts", flags.contexts,
                 "What else goes on, drawn for each clip from a list of frozen, still, calm, "
                 "speaking, lively (without: all, frozen least)")
      ->type_name("LIST");
  app.add_option("--noise", flags.noise,
                 "Camera noise, sigma in gray levels (without: drawn for each clip)")
      ->type_name("SIGMA");
  app.add_option("--blinks", flags.blinks, "Blinks a minute (without: the person's own)")
      ->type_name("N");
  app.Group("Micro-expressions");
  app.add_option("--intensity", flags.intensity,
                 "Largest shift of the skin at the apex, in px at a face width of 200 px, up to 10")
      ->type_name("MIN,MAX")
      ->default_str("1,4");
  app.add_option("--length", flags.length, "Seconds from onset to offset")
      ->type_name("MEAN,SD,MIN,MAX")
      ->default_str("0.36,0.09,0.17,0.5");
  auto* count = app.add_option("--count", flags.count, "In each clip")->type_name("N");
  app.add_option("--density", flags.density,
                 "A minute, a random number in each clip, or 'real': 0.24 below 100 fps, else 1.83")
      ->type_name("N|real")
      ->default_str("12")
      ->excludes(count);
  app.add_option("--gap", flags.gap, "Least time between two")
      ->type_name("SECONDS")
      ->default_str("0.5");
  app.add_option("--class-weights", flags.class_weights, "How often, relatively")
      ->type_name("NEGATIVE,POSITIVE,SURPRISE")
      ->default_str("1,1,1");
  app.Group(kSpeedGroup);
  app.add_option("-j,--jobs", flags.jobs, "Clips at a time (without: one a processor)")
      ->type_name("N");
  flags.messages.AddTo(app);
}

[[noreturn]] void ThrowBad(const std::string& flag, const std::string& text,
                           const std::string& wanted) {
  throw Error(ErrorKind::kConfig, flag + " " + text + ": must be " + wanted);
}

// All of `text` as a number, in plain C notation whatever the locale.
template <typename Number>
std::optional<Number> Parse(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t end = 0;
  while ((end = text.find(separator)) != std::string_view::npos) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

template <std::size_t kCount>
std::array<double, kCount> ParseNumbers(const std::string& flag, const std::string& text,
                                        const std::string& wanted) {
  const std::vector<std::string_view> parts = Split(text, ',');
  std::array<double, kCount> numbers = {};
  if (parts.size() != kCount) ThrowBad(flag, text, wanted);
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::optional<double> number = Parse<double>(parts[i]);
    if (!number) ThrowBad(flag, text, wanted);
    numbers[i] = *number;
  }
  return numbers;
}

// Of --subjects: "1-8", "1,3,5-7".
std::vector<int> ParseSubjects(const std::string& text) {
  const std::string wanted = "numbers and ranges within 1 and " + std::to_string(kMostPersons) +
                             ", for example 1-8 or 1,3,5-7";
  std::vector<int> subjects;
  for (const std::string_view part : Split(text, ',')) {
    const size_t dash = part.find('-');
    const std::optional<int> first = Parse<int>(part.substr(0, dash));
    const std::optional<int> last =
        dash == std::string_view::npos ? first : Parse<int>(part.substr(dash + 1));
    if (!first || !last || *first < 1 || *first > *last || *last > kMostPersons) {
      ThrowBad("--subjects", text, wanted);
    }
    for (int subject = *first; subject <= *last; ++subject) subjects.push_back(subject);
  }
  return subjects;
}

SynthFormat FormatFrom(const std::string& text) {
  constexpr std::pair<std::string_view, SynthFormat> kFormats[] = {{"frames", SynthFormat::kFrames},
                                                                   {"avi", SynthFormat::kAvi},
                                                                   {"mp4", SynthFormat::kMp4},
                                                                   {"video", SynthFormat::kVideo}};
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

void ApplySize(const std::string& text, synth::ClipOptions& clip) {
  const std::vector<std::string_view> parts = Split(text, 'x');
  const std::optional<int> width = Parse<int>(parts[0]);
  const std::optional<int> height = parts.size() == 2 ? Parse<int>(parts[1]) : std::nullopt;
  if (!width || !height) ThrowBad("--size", text, "WIDTHxHEIGHT, for example 640x480");
  clip.width_px = *width;
  clip.height_px = *height;
}

void ApplyClip(const Flags& flags, synth::ClipOptions& clip) {
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
    if (!flags.subjects.empty()) group.persons = ParseSubjects(flags.subjects);
    group.clips = flags.clips.value_or(group.clips);
    group.fps = flags.fps.value_or(group.fps);
  }
}

SynthSetOptions OptionsFrom(const Flags& flags) {
  SynthSetOptions set;
  if (!flags.preset.empty()) set = SynthPreset(flags.preset);
  set.seed = flags.seed.value_or(set.seed);
  if (!flags.format.empty()) set.format = FormatFrom(flags.format);
  set.flow_step = flags.truth_flow;
  ApplyClip(flags, set.clip);
  ApplyGroups(flags, set);
  ApplyDensity(flags, set);
  // Frames of a data set's own rate get its layout, so that the folder reads as that data set; any
  // other rate would be read wrongly there.
  if (flags.preset.empty() && set.format == SynthFormat::kFrames) {
    if (set.groups[0].fps == 30) set.groups[0].dataset = "cas";
    if (set.groups[0].fps == 200) set.groups[0].dataset = "samm";
  }
  return set;
}

SynthWriteOptions WriteOptionsFrom(const Flags& flags, Console& console) {
  SynthWriteOptions write;
  write.overwrite = flags.overwrite;
  if (flags.jobs) RequireInRange("--jobs", *flags.jobs, Limits::Closed(1, 1024));
  write.threads = WorkersOf(flags.jobs.value_or(0));
  write.progress = [&console](std::int64_t done, std::int64_t clips) {
    console.Count("clips", done, clips);
  };
  return write;
}

void PrintSummary(const SynthSetSummary& summary, const std::string& output, std::ostream& out) {
  std::int64_t all = 0;
  for (const std::int64_t count : summary.expressions) all += count;
  const std::string shown = Printable(output);
  out << summary.clips << " clips, " << summary.frames << " frames, " << all
      << " micro-expressions (";
  for (int i = 0; i < kSynthEmotionCount; ++i) {
    out << (i > 0 ? ", " : "") << summary.expressions[i] << ' '
        << SynthEmotionName(static_cast<SynthEmotion>(i));
  }
  out << ") in " << shown << "\nlabels: " << shown << "/labels.csv\nmanifest: " << shown
      << "/manifest.csv\n";
}

int Run(const Flags& flags, Console& console, std::ostream& out) {
  try {
    const StopSignals signals(console);
    SynthWriteOptions write = WriteOptionsFrom(flags, console);
    write.stops_after_clip = [&signals] { return signals.after_file(); };
    const SynthSetSummary summary = LoadCompute().synth(OptionsFrom(flags), flags.output, write);
    PrintSummary(summary, flags.output, out);
  } catch (const Error& error) {
    throw Error(error.kind(), WithFlag(error.what()));
  }
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description("Makes videos of synthetic people with known micro-expressions.");
  const auto flags = std::make_shared<Flags>();
  AddSetFlags(app, *flags);
  AddClipFlags(app, *flags);
  app.AddExample("mestr synth -o clips --preset demo", "Three short videos with labels");
  app.AddExample("mestr synth -o set --format mp4 --clips 4 --seconds 30 --fps 60 --density real",
                 "Videos in which little happens, as in real ones");
  return [flags](std::ostream& out, std::ostream& err) {
    const auto console = MakeConsole(err, flags->messages, {"synth", flags->output});
    return console->Run([&] { return Run(*flags, *console, out); });
  };
}

}  // namespace

const Command kSynthCommand = {"synth", "make clips with known micro-expressions", Define};

}  // namespace mestr::cli
