// Frame intervals, the same everywhere inside mestr.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mestr {

// Frames onset..offset, 0-based, both inclusive. CSV files and labels are 1-based; their readers
// and writers, and nothing else, convert. Valid when 0 <= onset <= offset.
struct Interval {
  std::int64_t onset = 0;
  std::int64_t offset = 0;

  std::int64_t LengthFrames() const { return offset - onset + 1; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// Frames that both intervals cover.
inline std::int64_t OverlapFrames(const Interval& a, const Interval& b) {
  return std::max<std::int64_t>(0, std::min(a.offset, b.offset) - std::max(a.onset, b.onset) + 1);
}

// Intersection over union in inclusive frames, in [0, 1] (MEGC protocol: spotting hits).
inline double IntersectionOverUnion(const Interval& a, const Interval& b) {
  const std::int64_t overlap = OverlapFrames(a, b);
  return static_cast<double>(overlap) /
         static_cast<double>(a.LengthFrames() + b.LengthFrames() - overlap);
}

}  // namespace mestr
