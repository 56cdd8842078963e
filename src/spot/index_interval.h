// Intervals before they become frames.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mestr::internal {

// Indices onset..offset of a series, both inclusive, and the one in between that it is known by.
struct IndexInterval {
  std::int64_t onset = 0;
  std::int64_t offset = 0;
  std::int64_t peak = 0;

  friend bool operator==(const IndexInterval&, const IndexInterval&) = default;
};

// The published code's: overlap of the lengths (offset - onset), over their hull, not their union.
inline double OverlapOverHull(const IndexInterval& a, const IndexInterval& b) {
  const std::int64_t hull = std::max(a.offset, b.offset) - std::min(a.onset, b.onset);
  const std::int64_t overlap = std::min(a.offset, b.offset) - std::max(a.onset, b.onset);
  return hull <= 0
             ? 1.0
             : static_cast<double>(std::max<std::int64_t>(0, overlap)) / static_cast<double>(hull);
}

}  // namespace mestr::internal
