#include "vqa/words.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace mestr::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsPointOrComma(char c) { return c == '.' || c == ','; }

// ASCII punctuation that always stands apart; points, commas, hyphens and apostrophes do not.
bool StandsApart(char c) {
  return (c >= '!' && c <= '/' && !IsPointOrComma(c) && c != '-' && c != '\'') ||
         (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

// A text with each character that `parts` names (of the one before, it, and the one behind) between
// blanks. Each pass looks at what the one before it made.
template <typename Parts>
std::string Parted(const std::string& text, const Parts& parts) {
  std::string parted;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char before = i > 0 ? text[i - 1] : ' ';
    const char behind = i + 1 < text.size() ? text[i + 1] : ' ';
    if (parts(before, text[i], behind)) {
      parted += {' ', text[i], ' '};
    } else {
      parted += text[i];
    }
  }
  return parted;
}

}  // namespace

Words WordsOf(std::string_view text) {
  Words words;
  bool within = false;
  for (const char c : LowerCase(text)) {
    const bool is_part = (c >= 'a' && c <= 'z') || IsDigit(c);
    if (is_part && !within) words.emplace_back();
    if (is_part) words.back() += c;
    within = is_part;
  }
  return words;
}

Words BlankSeparatedWords(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  Words words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) return words;
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    words.emplace_back(word);
    text.remove_prefix(word.size());
  }
}

Words Mteval13aWords(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kReplaced[] = {
      {"<skipped>", ""}, {"-\n", ""},   {"\n", " "},  {"&quot;", "\""},
      {"&amp;", "&"},    {"&lt;", "<"}, {"&gt;", ">"}};
  std::string cut(text);
  for (const auto& [from, to] : kReplaced) cut = Replaced(std::move(cut), from, to);
  cut = Parted(cut, [](char, char c, char) { return StandsApart(c); });
  cut =
      Parted(cut, [](char before, char c, char) { return IsPointOrComma(c) && !IsDigit(before); });
  cut =
      Parted(cut, [](char, char c, char behind) { return IsPointOrComma(c) && !IsDigit(behind); });
  cut = Parted(cut, [](char before, char c, char) { return c == '-' && IsDigit(before); });
  return BlankSeparatedWords(cut);
}

}  // namespace mestr::internal
