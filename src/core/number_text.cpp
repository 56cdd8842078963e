#include "core/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace mestr::internal {
namespace {

// std::to_chars' text; `format` is its format and precision.
template <typename... Format>
std::string ToChars(double value, Format... format) {
  std::array<char, 512> buffer{};  // the longest double has 309 digits before the point
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...);
  return {buffer.data(), result.ptr};
}

}  // namespace

std::string NumberText(double value) { return ToChars(value); }

double SixDecimals(double value) { return std::round(value * 1e6) / 1e6; }

std::string FixedText(double value, int decimals) {
  return ToChars(value, std::chars_format::fixed, decimals);
}

std::string SignificantText(double value, int digits) {
  return ToChars(value, std::chars_format::general, digits);
}

WholeNumber ParseWholeNumber(std::string_view text, bool digits_alone) {
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  const auto as_whole = std::from_chars(text.data(), end, whole);
  if (as_whole.ptr == end && as_whole.ec == std::errc::result_out_of_range) return {{}, true};
  if (as_whole.ptr == end && as_whole.ec == std::errc()) return {whole};
  if (digits_alone) return {};
  constexpr double kMostExact = 9007199254740992;  // 2^53
  double value = 0;
  const auto as_double = std::from_chars(text.data(), end, value);
  if (as_double.ptr != end || as_double.ec == std::errc::invalid_argument) return {};
  if (as_double.ec != std::errc()) return {{}, true};
  if (!std::isfinite(value) || std::trunc(value) != value) return {};
  if (std::abs(value) > kMostExact) return {{}, true};
  return {static_cast<std::int64_t>(value)};
}

}  // namespace mestr::internal
