// mestr run, as the user calls it.
#pragma once

#include <filesystem>
#include <vector>

#include "bench/bench.h"
#include "bench/clips.h"
#include "core/cost.h"

namespace mestr::internal {

struct RunSetup {
  Config config;
  Device device = Device::kAuto;
  int jobs = 0;  // as in RunOptions
};

struct OurRun {
  VideoOutcome outcome;     // of the first video
  std::int64_t frames = 0;  // of all videos
  double seconds = 0;       // the same
  Cost cost;             // from opening the clip to its JSON file; of several, from first to last
  double startup_s = 0;  // before that: loading of models
  std::vector<float> scores;
  std::vector<float> probabilities;  // pairs x classes
};

// Writes to a folder in `scratch`. The clip may be a folder of several: scores are then the first
// one's. Throws Error{kInput} with the reason why one failed.
OurRun RunOurs(const RunSetup& setup, const BenchClip& clip, const std::filesystem::path& scratch);

}  // namespace mestr::internal
