#include "core/number_text.h"

#include <array>
#include <charconv>

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

std::string FixedText(double value, int decimals) {
  return ToChars(value, std::chars_format::fixed, decimals);
}

std::string SignificantText(double value, int digits) {
  return ToChars(value, std::chars_format::general, digits);
}

}  // namespace mestr::internal
