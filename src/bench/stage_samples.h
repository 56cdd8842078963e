// From the costs of each repetition to medians.
#pragma once

#include <optional>
#include <vector>

#include "bench/bench.h"
#include "bench/staged_run.h"

namespace mestr::internal {

class StageSamples {
 public:
  // The same stages each time.
  void Add(const std::vector<StageCost>& stages) {
    stages_.resize(stages.size());
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const auto items = static_cast<double>(stages[i].items);
      stages_[i].last = stages[i];
      stages_[i].wall_ms.push_back(1e3 * stages[i].cost.wall_s / items);
      stages_[i].cpu_ms.push_back(1e3 * stages[i].cost.cpu_s / items);
    }
  }

  std::vector<StageTiming> Timings() const {
    std::vector<StageTiming> timings;
    for (const Samples& samples : stages_) {
      timings.push_back({.stage = samples.last.stage,
                         .item = samples.last.item,
                         .items = samples.last.items,
                         .ms_per_item = SpreadOf(samples.wall_ms),
                         .cpu_ms_per_item = SpreadOf(samples.cpu_ms),
                         .speedup = SpeedupOf(samples)});
    }
    return timings;
  }

 private:
  struct Samples {
    StageCost last;
    std::vector<double> wall_ms;
    std::vector<double> cpu_ms;
  };

  std::optional<Speedup> SpeedupOf(const Samples& own) const {
    for (const Samples& other : stages_) {
      if (other.last.stage != own.last.compared_with) continue;
      return Speedup{SpreadOfRatios(other.wall_ms, own.wall_ms),
                     SpreadOfRatios(other.cpu_ms, own.cpu_ms)};
    }
    return std::nullopt;
  }

  std::vector<Samples> stages_;
};

}  // namespace mestr::internal
