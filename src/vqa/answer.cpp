#include "vqa/answer.h"

#include <algorithm>

#include "core/number_text.h"
#include "core/text.h"
#include "vqa/words.h"

namespace mestr::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "micro-3" has a hyphen, "-3" and "(-3)" a sign.
bool IsSignAt(std::string_view text, std::size_t at) {
  constexpr std::string_view kBefore = " \t\r\n([{";
  return text[at] == '-' && (at == 0 || kBefore.find(text[at - 1]) != std::string_view::npos);
}

std::string AsStrict(std::string_view answer) {
  std::string_view text = Trimmed(answer);
  while (!text.empty() && (text.back() == '.' || text.back() == '!')) text.remove_suffix(1);
  return LowerCase(Trimmed(text));
}

void AddUnits(const Words& words, std::set<std::string>& units) {
  std::string unit;
  const auto end_of_unit = [&] {
    if (!unit.empty()) units.insert(unit);
    unit.clear();
  };
  for (const std::string& word : words) {
    if (word == "and") {
      end_of_unit();
    } else {
      unit += (unit.empty() ? "" : " ") + word;
    }
  }
  end_of_unit();
}

}  // namespace

std::span<const std::string_view> ClassesOf(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::kCoarse:
      return kCoarseClasses;
    case QuestionKind::kFine:
      return kFineClasses;
    case QuestionKind::kUnitShown:
      return kYesOrNo;
    case QuestionKind::kUnitSide:
      return kSides;
    case QuestionKind::kEventType:
      return kEventTypes;
    default:
      return {};
  }
}

std::string ClassOf(std::string_view answer, std::span<const std::string_view> classes,
                    ClassReading reading) {
  if (reading == ClassReading::kLenient) {
    for (const std::string& word : WordsOf(answer)) {
      if (std::find(classes.begin(), classes.end(), word) != classes.end()) return word;
    }
  }
  return AsStrict(answer);
}

std::string EventTypeOf(std::string_view answer) {
  for (const std::string& word : WordsOf(answer)) {
    for (const std::string_view type : kEventTypes) {
      if (word.starts_with(type.substr(0, type.find('-')))) return std::string(type);
    }
  }
  return AsStrict(answer);
}

std::optional<std::int64_t> CountOf(std::string_view answer) {
  const std::size_t first = static_cast<std::size_t>(
      std::find_if(answer.begin(), answer.end(), IsDigit) - answer.begin());
  if (first == answer.size()) return std::nullopt;
  std::size_t end = first;
  while (end < answer.size() && IsDigit(answer[end])) ++end;
  const bool is_negative = first > 0 && IsSignAt(answer, first - 1);
  const std::size_t begin = is_negative ? first - 1 : first;
  return ParseWholeNumber(answer.substr(begin, end - begin), true).value;
}

std::set<std::string> ActionUnitsOf(std::string_view answer) {
  std::set<std::string> units;
  while (!answer.empty()) {
    const std::size_t end = std::min(answer.find_first_of(",;\n"), answer.size());
    AddUnits(WordsOf(answer.substr(0, end)), units);
    answer.remove_prefix(std::min(end + 1, answer.size()));
  }
  return units;
}

}  // namespace mestr::internal
