// Intervals of a score that says how likely each frame lies within a micro-expression.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mestr::internal {

// Indices [begin, end) around `peak`, the highest of them.
struct ScoreExtent {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t peak = 0;
};

// From the highest score down: each peak of at least `least` with the neighbours that reach half of
// it, none of them part of a higher one's. In order of their peaks.
std::vector<ScoreExtent> ExtentsOf(std::span<const float> scores, double least);

}  // namespace mestr::internal
