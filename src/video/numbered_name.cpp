#include "video/numbered_name.h"

#include <algorithm>
#include <array>

namespace mestr::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The digit that `text` begins with, in one of the scripts that file names are numbered in, as
// ASCII has it; '\0' where it begins with none. Their ten digits differ in the last byte alone.
char DigitOfAnotherScript(std::string_view text) {
  constexpr std::array<std::string_view, 6> kZeros = {
      "\xD9\xA0",      // Arabic
      "\xDB\xB0",      // Persian
      "\xE0\xA5\xA6",  // Devanagari
      "\xE0\xA7\xA6",  // Bengali
      "\xE0\xB9\x90",  // Thai
      "\xEF\xBC\x90",  // full width
  };
  for (const std::string_view zero : kZeros) {
    const std::size_t last = zero.size() - 1;
    if (text.size() <= last || text.substr(0, last) != zero.substr(0, last)) continue;
    const int digit =
        static_cast<unsigned char>(text[last]) - static_cast<unsigned char>(zero[last]);
    if (digit >= 0 && digit <= 9) return static_cast<char>('0' + digit);
  }
  return '\0';
}

std::string Folded(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  while (!text.empty()) {
    const char c = text.front();
    std::size_t bytes = 1;
    if (const char digit = DigitOfAnotherScript(text); digit != '\0') {
      folded += digit;
      bytes = static_cast<unsigned char>(c) < 0xE0 ? 2 : 3;
    } else {
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    text.remove_prefix(bytes);
  }
  return folded;
}

std::string_view WithoutLeadingZeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

bool IsSmallLetter(char c) { return c >= 'a' && c <= 'z'; }

// Takes the digits at the end off `text`; false where there are none.
bool TakeDigits(std::string_view& text) {
  const std::size_t before = text.size();
  while (!text.empty() && IsDigit(text.back())) text.remove_suffix(1);
  return text.size() < before;
}

// The same for a number with or without decimals.
bool TakeNumber(std::string_view& text) {
  if (!TakeDigits(text)) return false;
  std::string_view whole = text;
  if (!whole.ends_with('.')) return true;
  whole.remove_suffix(1);
  if (TakeDigits(whole)) text = whole;
  return true;
}

}  // namespace

NumberedName ParseName(const std::filesystem::path& file) {
  NumberedName name{
      .file = file, .stem = Folded(file.stem().string()), .pattern = {}, .numbers = {}};
  for (std::size_t i = 0; i < name.stem.size();) {
    const std::size_t begin = i;
    while (i < name.stem.size() && IsDigit(name.stem[i])) ++i;
    if (i > begin) {
      name.pattern += NumberedName::kNumber;
      name.numbers.push_back(name.stem.substr(begin, i - begin));
    } else {
      name.pattern += name.stem[i++];
    }
  }
  return name;
}

int CompareValues(std::string_view a, std::string_view b) {
  a = WithoutLeadingZeros(a);
  b = WithoutLeadingZeros(b);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

std::string_view UnreadableNumber(std::string_view stem) {
  std::string_view rest = stem;
  if (TakeNumber(rest) && rest == "-") return "negative";
  rest = stem;
  if (!TakeDigits(rest)) return {};
  const bool has_sign = rest.ends_with('-') || rest.ends_with('+');
  if (has_sign) rest.remove_suffix(1);
  if (!rest.ends_with('e')) return {};
  rest.remove_suffix(1);
  if (!TakeNumber(rest)) return {};
  // Without a sign, s1e2 may well be an episode.
  const bool is_one = rest.empty() || (has_sign && !IsSmallLetter(rest.back()));
  return is_one ? "in scientific notation" : "";
}

}  // namespace mestr::internal
