// Sets of synthetic clips as files, in the layouts that the rest of mestr reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "synth/set_folder.h"
#include "synth/synth.h"

namespace mestr::internal {

enum class SynthFormat {
  kFrames,  // folders of JPEG files of quality 95
  kVideo,   // AVI files with the same JPEG pictures (motion JPEG)
};

// What to write. Clips are dealt to the subjects in turn; each has its own seed, made from the
// set's, so that more clips leave the first ones as they are.
struct SynthSetOptions {
  struct Group {
    // "cas" and "samm" have the MEGC layouts below; any other name (letters, digits, '_') the plain
    // one.
    std::string dataset = "synth";
    double fps = 30;
    int clips = 8;  // 1..10000
    std::vector<int> subjects = {1, 2, 3, 4, 5, 6, 7, 8};
  };

  std::uint64_t seed = 1;
  std::vector<Group> groups = {Group{}};
  SynthFormat format = SynthFormat::kFrames;
  SynthClipOptions clip;  // of every clip; its seed, subject and fps are the set's

  // Throws Error{kConfig} naming field, value and limit.
  void Check() const;
};

// "demo": three short clips of subjects 9 to 11, each with three micro-expressions, one a class, as
// videos. "megc2025": the challenge's test set in small, 20 clips of 30 fps ("cas") and 10 of 200
// fps ("samm"), 4 s each. "train": 60 videos of subjects 1 to 8, 10 s each. Throws Error{kConfig}
// for any other name.
SynthSetOptions SynthPreset(std::string_view name);

// One clip of a set, named as clip_name.h says.
struct SynthSetClip {
  std::string dataset;
  std::string subject;
  std::string video;
  std::filesystem::path path;  // of the folder or file, within the set's folder
  SynthClipOptions options;
};

std::vector<SynthSetClip> PlanSynthSet(const SynthSetOptions& options);

// Writes the clips, labels.csv (dataset,subject,video,onset,apex,offset,emotion,type),
// manifest.csv (dataset,subject,video,path,fps) and synth.json (options, and the truth of every
// clip: displacements, blinks; frames 1-based). Each clip and file appears whole or not at all; the
// two CSVs come last. Throws Error{kConfig}: bad options, a folder that cannot be written, one that
// is not empty where `overwrite` is false, or where it is true and holds no former set.
SynthSetSummary WriteSynthSet(const Portrait& portrait, const SynthSetOptions& options,
                              const std::filesystem::path& folder, const SynthWriteOptions& write);

}  // namespace mestr::internal
