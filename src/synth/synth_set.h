// Sets of clips of synthetic people as files, in the layouts that the rest of mestr reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synth/clip.h"
#include "synth/clip_file.h"
#include "synth/set_folder.h"

namespace mestr::internal {

enum class SynthFormat {
  kFrames,  // folders of JPEG files of quality 95
  kAvi,     // motion JPEG of a webcam's quality
  kMp4,     // H.264 at a webcam's bit rate
  kVideo,   // AVI or MP4, drawn for each clip
};

// What to write. Clips are dealt to the persons in turn; each has its own seed, made from the
// set's, so that more clips leave the first ones as they are.
struct SynthSetOptions {
  struct Group {
    // "cas" and "samm" have the MEGC layouts (clip_name.h); any other name (letters, digits, '_')
    // the plain one.
    std::string dataset = "synth";
    double fps = 30;
    int clips = 8;  // 1..10000
    std::vector<int> persons = {1, 2, 3, 4, 5, 6, 7, 8};
  };

  std::uint64_t seed = 1;
  std::vector<Group> groups = {Group{}};
  SynthFormat format = SynthFormat::kFrames;
  synth::ClipOptions clip;       // of every clip; its seed, person and fps are the set's
  std::optional<int> flow_step;  // 1..1000: write the true flow from each frame to this later one

  // Throws Error{kConfig} naming field, value and limit.
  void Check() const;
};

// "demo": three short clips of persons 901 to 903, each with three micro-expressions, one a class,
// as videos. "megc2025": the challenge's test set in small, 20 clips of 30 fps ("cas") and 10 of
// 200 fps ("samm"), 4 s each. "train": 60 videos of persons 1 to 60, 10 s each. Throws
// Error{kConfig} for any other name.
SynthSetOptions SynthPreset(std::string_view name);

struct SynthSetClip {
  std::string dataset;
  std::string subject;
  std::string video;
  std::filesystem::path path;  // within the set's folder
  synth::ClipOptions options;
  synth::ClipFileOptions file;
};

std::vector<SynthSetClip> PlanSynthSet(const SynthSetOptions& options);

// Writes the clips; labels.csv (dataset,subject,video,onset,apex,offset,emotion,type: micro- and
// macro-expressions); manifest.csv (dataset,subject,video,path,fps); events.csv (all that happens:
// dataset,subject,video,kind,onset,apex,offset,emotion,units,px200); frames.csv (FrameTruth of each
// frame); synth.json (options, and what was drawn for each clip); and with `flow_step`
// truth_flow/<dataset>_<subject>_<video>.npy, float32 [pairs, height, width, 2] (x, y), NaN where a
// pixel of the earlier frame shows no skin or its skin is hidden in the later one. Frames are
// 1-based. Each clip and file appears whole or not at all; the tables come last. Where a call of
// the same set stopped before, this one goes on. Throws Error{kConfig}: bad options, a folder with
// other things, and as WorkFolder.
SynthSetSummary WriteSynthSet(const SynthSetOptions& options, const std::filesystem::path& folder,
                              const SynthWriteOptions& write);

}  // namespace mestr::internal
