#include <algorithm>
#include <numeric>
#include <string>

#include "core/limits.h"
#include "core/nearest_name.h"
#include "mestr/core/error.h"
#include "synth/clip_name.h"
#include "synth/portable_math.h"
#include "synth/synth_set.h"

namespace mestr::internal {

using synth::ClipEncoding;

namespace {

constexpr int kMostClips = 10'000;

[[noreturn]] void ThrowBad(const std::string& what) { throw Error(ErrorKind::kConfig, what); }

std::vector<int> Numbers(int first, int last) {
  std::vector<int> numbers(last - first + 1);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

void CheckGroup(const SynthSetOptions::Group& group, synth::ClipOptions clip) {
  synth::CheckDatasetName(group.dataset);
  RequireInRange("clips", group.clips, Limits::Closed(1, kMostClips));
  if (group.persons.empty()) ThrowBad("subjects: one at least is needed");
  std::vector<int> sorted = group.persons;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) ThrowBad("subjects: " + std::to_string(*twice) + " is given twice");
  clip.fps = group.fps;
  for (const int person : {sorted.front(), sorted.back()}) {
    clip.person = person;
    clip.Check();
  }
}

ClipEncoding EncodingOf(SynthFormat format, synth::Random& random) {
  switch (format) {
    case SynthFormat::kFrames:
      return ClipEncoding::kFrames;
    case SynthFormat::kAvi:
      return ClipEncoding::kAvi;
    case SynthFormat::kMp4:
      return ClipEncoding::kMp4;
    case SynthFormat::kVideo:
      break;
  }
  return random.Index(2) == 0 ? ClipEncoding::kAvi : ClipEncoding::kMp4;
}

synth::ClipFileOptions FileOf(SynthFormat format, const synth::ClipOptions& clip) {
  synth::Random random(synth::MixSeed({clip.seed, 0xf11e}));
  synth::ClipFileOptions file;
  file.encoding = EncodingOf(format, random);
  file.size = {clip.width_px, clip.height_px};
  file.fps = clip.fps;
  // Webcams give JPEG pictures of quality 70 to 95, recorders 0.6 to 3 Mbit/s at 640x480 and 30
  // fps.
  const double quality = random.Unit();
  if (file.encoding == ClipEncoding::kAvi) file.jpeg_quality = 70 + static_cast<int>(26 * quality);
  const double pixels_per_s = clip.fps * clip.width_px * clip.height_px;
  file.bits_per_s = static_cast<std::int64_t>((0.6e6 + 2.4e6 * quality * quality) * pixels_per_s /
                                              (30.0 * 640 * 480));
  return file;
}

const char* ExtensionOf(ClipEncoding encoding) {
  switch (encoding) {
    case ClipEncoding::kFrames:
      return "";
    case ClipEncoding::kAvi:
      return ".avi";
    case ClipEncoding::kMp4:
      break;
  }
  return ".mp4";
}

}  // namespace

void SynthSetOptions::Check() const {
  if (groups.empty()) ThrowBad("groups: one at least is needed");
  if (flow_step) RequireInRange("flow_step", *flow_step, Limits::Closed(1, 1000));
  for (size_t i = 0; i < groups.size(); ++i) {
    CheckGroup(groups[i], clip);
    for (size_t j = 0; j < i; ++j) {
      if (groups[i].dataset == groups[j].dataset) {
        ThrowBad("groups: dataset '" + groups[i].dataset + "' is given twice");
      }
    }
  }
}

SynthSetOptions SynthPreset(std::string_view name) {
  SynthSetOptions set;
  if (name == "demo") {
    set.groups = {{.dataset = "synth", .fps = 30, .clips = 3, .persons = {901, 902, 903}}};
    set.format = SynthFormat::kVideo;
    set.clip.expressions = 3;
  } else if (name == "megc2025") {
    set.groups = {{.dataset = "cas", .fps = 30, .clips = 20, .persons = Numbers(1, 10)},
                  {.dataset = "samm", .fps = 200, .clips = 10, .persons = Numbers(11, 15)}};
    set.clip.seconds = 4;
  } else if (name == "train") {
    set.groups = {{.dataset = "synth", .fps = 30, .clips = 60, .persons = Numbers(1, 60)}};
    set.format = SynthFormat::kVideo;
  } else {
    ThrowBad(WithHint("preset is '" + std::string(name) + "'",
                      NearestName(name, {"demo", "megc2025", "train"}),
                      "it must be demo, megc2025 or train"));
  }
  return set;
}

std::vector<SynthSetClip> PlanSynthSet(const SynthSetOptions& options) {
  options.Check();
  std::vector<SynthSetClip> clips;
  for (size_t g = 0; g < options.groups.size(); ++g) {
    const SynthSetOptions::Group& group = options.groups[g];
    const int persons = static_cast<int>(group.persons.size());
    for (int i = 0; i < group.clips; ++i) {
      SynthSetClip clip;
      clip.dataset = group.dataset;
      clip.options = options.clip;
      clip.options.seed = synth::MixSeed({options.seed, g, static_cast<std::uint64_t>(i)});
      clip.options.person = group.persons[i % persons];
      clip.options.fps = group.fps;
      clip.file = FileOf(options.format, clip.options);
      const synth::ClipName name = synth::NameClip(group.dataset, clip.options.person, i / persons,
                                                   ExtensionOf(clip.file.encoding));
      clip.subject = name.subject;
      clip.video = name.video;
      clip.path = name.path;
      if (group.dataset == "samm") clip.file.frame_prefix = clip.video;
      clips.push_back(std::move(clip));
    }
  }
  return clips;
}

}  // namespace mestr::internal
