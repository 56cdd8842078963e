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
  VideoOutcome outcome;
  Cost cost;             // from opening the clip to its JSON file
  double startup_s = 0;  // before that: loading of models
  std::vector<float> scores;
  std::vector<float> probabilities;  // pairs x classes
};

// Writes to a folder in `scratch`. Throws Error{kInput} with the reason why the clip failed.
OurRun RunOurs(const RunSetup& setup, const BenchClip& clip, const std::filesystem::path& scratch);

}  // namespace mestr::internal
