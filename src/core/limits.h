// The one check of a value against its limits, with one grammar for every option.
#pragma once

#include <limits>
#include <string>
#include <string_view>

namespace mestr::internal {

// A range with or without its ends, and the unit of its values.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
  std::string_view unit = {};

  static Limits Closed(double low, double high, std::string_view unit = {}) {
    return {low, high, false, false, unit};
  }
  static Limits Open(double low, double high, std::string_view unit = {}) {
    return {low, high, true, true, unit};
  }
  static Limits OpenLow(double low, double high, std::string_view unit = {}) {
    return {low, high, true, false, unit};
  }
  static Limits AtLeast(double low, std::string_view unit = {}) {
    return {.low = low, .unit = unit};
  }
  static Limits Above(double low, std::string_view unit = {}) {
    return {.low = low, .low_open = true, .unit = unit};
  }

  // Finite, and within. NaN is in no range.
  bool Contain(double value) const;
  // "in (0, 60] s", "at least 1", "above 0 s".
  std::string Text() const;
};

// No camera; only a slip of the pen lies outside.
inline Limits FrameRateLimits() { return Limits::Closed(0.001, 1e6); }

// Throws Error{kConfig} "<name> is <value>; it must be <limits>". `name` is what the user typed: a
// key of the config, a flag.
void RequireInRange(std::string_view name, double value, const Limits& limits);

}  // namespace mestr::internal
