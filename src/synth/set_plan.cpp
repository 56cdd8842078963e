#include <algorithm>
#include <cctype>
#include <numeric>
#include <string>

#include "core/limits.h"
#include "core/text.h"
#include "mestr/core/error.h"
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

// a, b, ..., z, aa, ab, ...
std::string Letters(int index) {
  std::string letters;
  for (++index; index > 0; index = (index - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('a' + (index - 1) % 26));
  }
  return letters;
}

// Names and place of the `turn`-th clip (0-based) of a subject.
SynthSetClip NameClip(const std::string& dataset, int subject, int turn, SynthFormat format) {
  const bool frames = format == SynthFormat::kFrames;
  SynthSetClip clip;
  clip.dataset = dataset;
  if (dataset == "cas") {
    clip.subject = std::to_string(subject);
    clip.video = Letters(turn);
    clip.path = frames ? "CAS_data/spNO." + clip.subject + "/" + clip.video
                       : "cas_" + clip.subject + "_" + clip.video + ".avi";
  } else if (dataset == "samm") {
    clip.subject = ZeroPadded(subject, 3);
    clip.video = clip.subject + "_" + std::to_string(turn + 1);
    clip.path = frames ? "SAMM_data/" + clip.video : "samm_" + clip.video + ".avi";
  } else {
    clip.subject = std::to_string(subject);
    clip.video = "s" + ZeroPadded(subject, 2) + "_" + Letters(turn);
    clip.path = frames ? dataset + "_data/" + clip.video : clip.video + ".avi";
  }
  return clip;
}

[[noreturn]] void ThrowBad(const std::string& what) { throw Error(ErrorKind::kConfig, what); }

void CheckGroup(const SynthSetOptions::Group& group, SynthClipOptions clip) {
  const bool plain_name =
      !group.dataset.empty() && std::all_of(group.dataset.begin(), group.dataset.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
      });
  if (!plain_name) {
    ThrowBad("dataset is '" + group.dataset +
             "'; it must be letters, digits and '_', one at least");
  }
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
      SynthSetClip clip = NameClip(group.dataset, subject, i / subjects, options.format);
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
