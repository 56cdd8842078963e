// mestr run against the published pipeline, and by itself on more processors and longer clips.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "bench/clips.h"
#include "bench/cost.h"
#include "bench/staged_run.h"
#include "mestr/bench/bench.h"

namespace mestr {

// mestr run on one clip.
struct OurRun {
  VideoOutcome outcome;
  Cost cost;             // from opening the clip to its JSON file
  double startup_s = 0;  // before that: loading of models
  std::vector<float> scores;
  std::vector<float> probabilities;  // pairs x classes
};

// Writes to a folder in `scratch`. `jobs` as in RunOptions. Throws what made the clip fail.
OurRun RunOurs(const BenchOptions& options, const BenchClip& clip, int jobs,
               const std::filesystem::path& scratch);

// Sums of a stage's repetitions, to medians.
class StageSamples {
 public:
  void Add(const std::vector<StageCost>& stages);
  std::vector<StageTiming> Timings() const;

 private:
  struct Samples {
    StageCost last;
    std::vector<double> wall_ms;
    std::vector<double> cpu_ms;
  };
  std::vector<Samples> stages_;
};

// What the reference pipeline computes with.
struct ReferenceParts {
  FaceFinder& finder;
  FlowEngine& flow;
  MeanModel& model;
};

// Throws Error{kInvalidArgument} where the scores must be equal and are not.
WholeTiming TimeWhole(const BenchOptions& options, const BenchClip& clip,
                      const ReferenceParts& reference, const std::filesystem::path& scratch,
                      const BenchProgress& progress);

std::vector<ScalingTiming> TimeProcessors(const BenchOptions& options, const BenchClip& clip,
                                          const std::filesystem::path& scratch,
                                          const BenchProgress& progress);

std::vector<ScalingTiming> TimeLengths(const BenchOptions& options,
                                       const std::filesystem::path& scratch,
                                       const BenchProgress& progress);

}  // namespace mestr
