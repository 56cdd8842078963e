// The parts of a track that belong together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mestr/core/score_track.h"

namespace mestr::internal {

// Indices [begin, end) of a track, all valid.
struct Run {
  std::int64_t begin;
  std::int64_t end;

  // Of values that the track has one an index of.
  template <typename Value>
  std::span<const Value> Of(const std::vector<Value>& values) const {
    return std::span(values).subspan(begin, end - begin);
  }
};

std::vector<Run> ValidRuns(const ScoreTrack& track);

}  // namespace mestr::internal
