#include "spot/runs.h"

namespace mestr::internal {

std::vector<Run> ValidRuns(const ScoreTrack& track) {
  std::vector<Run> runs;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(track.size()); ++i) {
    if (track.valid[i] == 0) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

}  // namespace mestr::internal
