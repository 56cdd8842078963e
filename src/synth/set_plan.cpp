#include <algorithm>
#include <numeric>
#include <string>

#include "core/limits.h"
#include "mestr/core/error.h"
#include "synth/clip_name.h"
#include "synth/portable_math.h"
#include "synth/synth_set.h"

namespace mestr::internal {
namespace {

constexpr int kMostClips = 10'000;

std::vector<int> Numbers(int first, int last) {
  std::vector<int> numbers(last - first + 1);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

[[noreturn]] void ThrowBad(const std::string& what) { throw Error(ErrorKind::kConfig, what); }

void CheckGroup(const SynthSetOptions::Group& group, SynthClipOptions clip) {
  synth::CheckDatasetName(group.dataset);
  RequireInRange("clips", group.clips, Limits::Closed(1, kMostClips));
  if (group.subjects.empty()) ThrowBad("subjects: one at least is needed");
  std::vector<int> sorted = group.subjects;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) ThrowBad("subjects: " + std::to_string(*twice) + " is given twice");
  clip.fps = group.fps;
  for (const int subject : {sorted.front(), sorted.back()}) {
    clip.subject = subject;
    clip.Check();
  }
}

}  // namespace

void SynthSetOptions::Check() const {
  if (groups.empty()) ThrowBad("groups: one at least is needed");
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
    set.groups = {{.dataset = "synth", .fps = 30, .clips = 3, .subjects = {9, 10, 11}}};
    set.format = SynthFormat::kVideo;
    set.clip.seconds = 10;
    set.clip.expressions = 3;
  } else if (name == "megc2025") {
    set.groups = {{.dataset = "cas", .fps = 30, .clips = 20, .subjects = Numbers(1, 10)},
                  {.dataset = "samm", .fps = 200, .clips = 10, .subjects = Numbers(11, 15)}};
    set.clip.seconds = 4;
  } else if (name == "train") {
    set.groups = {{.dataset = "synth", .fps = 30, .clips = 60, .subjects = Numbers(1, 8)}};
    set.format = SynthFormat::kVideo;
    set.clip.seconds = 10;
  } else {
    ThrowBad("preset is '" + std::string(name) + "'; it must be demo, megc2025 or train");
  }
  return set;
}

std::vector<SynthSetClip> PlanSynthSet(const SynthSetOptions& options) {
  options.Check();
  std::vector<SynthSetClip> clips;
  for (size_t g = 0; g < options.groups.size(); ++g) {
    const SynthSetOptions::Group& group = options.groups[g];
    const int subjects = static_cast<int>(group.subjects.size());
    for (int i = 0; i < group.clips; ++i) {
      const int subject = group.subjects[i % subjects];
      const auto extension = options.format == SynthFormat::kFrames ? "" : ".avi";
      const synth::ClipName name = synth::NameClip(group.dataset, subject, i / subjects, extension);
      SynthSetClip clip = {group.dataset, name.subject, name.video, name.path, {}};
      clip.options = options.clip;
      clip.options.seed = synth::MixSeed({options.seed, g, static_cast<std::uint64_t>(i)});
      clip.options.subject = subject;
      clip.options.fps = group.fps;
      clips.push_back(std::move(clip));
    }
  }
  return clips;
}

}  // namespace mestr::internal
