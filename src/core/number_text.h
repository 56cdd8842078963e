// Numbers to and from text, the same everywhere and whatever the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mestr::internal {

// The shortest text that reads back as exactly this number: "30", "29.97".
std::string NumberText(double value);

// As results have times and scores: microseconds, and as many digits of a score, are more than
// anybody can use.
double SixDecimals(double value);
// Times that differ by less may be the same one, rounded to that.
inline constexpr double kSameTime_s = 1.5e-6;

// With so many decimals: 2 makes "1.50" of 1.5.
std::string FixedText(double value, int decimals);

// Rounded to so many significant digits, without zeros at the end: 2 makes "1.2e-05" of 1.23e-5.
std::string SignificantText(double value, int digits);

// A whole number however a program writes it: 23, 23.0, 23., 2.3e1. Without a value it is none, or
// one that does not fit.
struct WholeNumber {
  std::optional<std::int64_t> value;
  bool too_large = false;
};
// With `digits_alone` it must be written as 23.
WholeNumber ParseWholeNumber(std::string_view text, bool digits_alone = false);

}  // namespace mestr::internal
