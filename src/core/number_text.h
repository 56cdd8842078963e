// Numbers as text, the same everywhere and whatever the locale.
#pragma once

#include <string>

namespace mestr::internal {

// The shortest text that reads back as exactly this number: "30", "29.97".
std::string NumberText(double value);

// With so many decimals: 2 makes "1.50" of 1.5.
std::string FixedText(double value, int decimals);

// Rounded to so many significant digits, without zeros at the end: 2 makes "1.2e-05" of 1.23e-5.
std::string SignificantText(double value, int digits);

}  // namespace mestr::internal
