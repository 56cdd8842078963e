// The network's input of whole videos as NumPy files, for training.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/run.h"

namespace mestr::internal {

struct ExportOptions {
  AnalyzerOptions analyzer;         // its network is not looked at
  std::vector<std::string> inputs;  // as for ResolveInputs
  std::optional<double> fps;        // over that of every input, > 0
  std::filesystem::path output;
  std::filesystem::path labels;     // label CSV; empty: none
  bool half = true;                 // float16, else float32
  bool overwrite = false;           // begin anew where the folder holds features or other things
  std::optional<Shard> shard = {};  // of the videos, only these
};

struct ExportSummary {
  std::size_t written = 0;
  std::size_t resumed = 0;  // were there already
  std::size_t failed = 0;
  std::size_t events_left_out =
      0;  // labelled onset-apex pairs that the video or its first face does not cover
};

// Writes below `output`, a file a video: <name>.npy, [rows, row shape...], C order, written as a
// stream; with labels also <name>.onset_apex.npy, one row a labelled micro-expression of that video
// (apex missing: the offset). manifest.json (format 2: frames are 1-based) lists them with frame
// rate, k, and the config and version that made them; it is brought up to date after each video, so
// that a run that was cut off goes on where it stopped. With a kind of windows in place of rows
// (features.kind): [windows, window frames, row shape...], and an entry says where they begin
// (docs/training.md). A video that is listed is computed again,
// and the observer warned, where its file or frames, its given frame rate, its labels, k or mestr's
// version are no longer what made_from says. Throws as FeaturesFolder does, Error{kInput} for
// labels that name none of the videos, and as RunVideos does before the first video.
ExportSummary ExportFeatures(const ExportOptions& options, const RunObserver& observer);

}  // namespace mestr::internal
