// A file's name as text and numbers.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

struct NumberedName {
  std::filesystem::path file;
  std::string
      stem;  // without the extension; small ASCII letters; digits of other scripts as ASCII's
  std::string pattern;               // the stem with kNumber in the place of each run of digits
  std::vector<std::string> numbers;  // the runs, as they are written

  static constexpr char kNumber = '/';  // is in no name
};

NumberedName ParseName(const std::filesystem::path& file);

// Negative, zero or positive, as `a` is below, equal to or above `b`. Any number of digits.
int CompareValues(std::string_view a, std::string_view b);

// "negative" or "in scientific notation" where the stem's number is that; else empty. A dash
// after other text is no sign: img-12.
std::string_view UnreadableNumber(std::string_view stem);

}  // namespace mestr::internal
