// What the seconds in frames' names say about their clock.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mestr::internal {

struct NamedTimes {
  std::optional<double> fps;  // of the usual interval; empty for one frame, or where it is no rate
  bool variable = false;      // the intervals differ by more than the names' rounding
  // Intervals of more than one and a half of the usual one: how many, and the frame before the
  // longest of them.
  std::size_t gaps = 0;
  std::size_t longest_gap_after = 0;
};

// `times_s` rise; they are rounded to `unit_s`.
NamedTimes ReadTimes(std::span<const double> times_s, double unit_s);

}  // namespace mestr::internal
