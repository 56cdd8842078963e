// The network's input of whole videos as NumPy files, for training.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mestr/pipeline/run.h"

namespace mestr {

struct ExportOptions {
  Config config;
  std::vector<std::string> inputs;  // as for ResolveInputs
  std::optional<double> fps;        // of frame folders, > 0
  std::filesystem::path output;
  std::filesystem::path labels;  // label CSV; empty: none
  bool half = true;              // float16, else float32
  Device device = Device::kAuto;
  int jobs = 0;  // flow workers; 0: one a processor
};

struct ExportSummary {
  std::size_t written = 0;
  std::size_t resumed = 0;          // were there already
  std::vector<std::string> failed;  // "path: why"
  std::size_t events_left_out =
      0;  // labelled onset-apex pairs that the video or its first face does not cover
};

// Writes below `output`, a file a video: <name>.npy, [pairs, 3, 42, 42], C order, written as a
// stream; with labels also <name>.onset_apex.npy, one row a labelled micro-expression of that video
// (apex missing: the offset). manifest.json lists them with frame rate, k, and the config and
// version that made them; it is brought up to date after each video, so that a run that was cut off
// goes on where it stopped. Throws Error{kConfig} when the folder was made with another config,
// {kInput} for labels that name none of the videos, and as RunVideos does before the first video.
ExportSummary ExportFeatures(const ExportOptions& options, const RunObserver& observer);

}  // namespace mestr
