#include "core/limits.h"

#include <cmath>

#include "core/number_text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// A whole number in full: 100000, not 1e+05.
std::string Shown(double value) {
  constexpr double kMostExact = 1e15;
  const bool whole = std::trunc(value) == value && std::abs(value) < kMostExact;
  return whole ? FixedText(value, 0) : NumberText(value);
}

}  // namespace

bool Limits::Contain(double value) const {
  if (!std::isfinite(value)) return false;
  return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
}

std::string Limits::Text() const {
  const std::string after = unit.empty() ? "" : " " + std::string(unit);
  if (std::isinf(high)) return (low_open ? "above " : "at least ") + Shown(low) + after;
  return std::string("in ") + (low_open ? "(" : "[") + Shown(low) + ", " + Shown(high) +
         (high_open ? ")" : "]") + after;
}

void RequireInRange(std::string_view name, double value, const Limits& limits) {
  if (limits.Contain(value)) return;
  throw Error(ErrorKind::kConfig,
              std::string(name) + " is " + Shown(value) + "; it must be " + limits.Text());
}

}  // namespace mestr::internal
