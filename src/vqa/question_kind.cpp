#include "vqa/question_kind.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>
#include <vector>

#include "core/number_text.h"
#include "vqa/words.h"

namespace mestr::internal {
namespace {

using Words = std::vector<std::string>;

bool Has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool HasAny(const Words& words, std::initializer_list<std::string_view> any) {
  return std::any_of(any.begin(), any.end(),
                     [&](std::string_view word) { return Has(words, word); });
}

// Where the first of two neighbours stands.
std::optional<std::size_t> FindPair(const Words& words, std::string_view first,
                                    std::string_view second) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == first && words[i + 1] == second) return i;
  }
  return std::nullopt;
}

bool AsksForUnits(const Words& words) {
  return FindPair(words, "action", "unit") || FindPair(words, "action", "units");
}

constexpr std::array<std::string_view, 4> kOrdinalEndings = {"th", "st", "nd", "rd"};

bool IsOrdinalEnding(std::string_view word) {
  return std::find(kOrdinalEndings.begin(), kOrdinalEndings.end(), word) != kOrdinalEndings.end();
}

// "2nd"; "2-th" is two words.
std::optional<std::int64_t> OrdinalOf(const Words& words, std::size_t i) {
  std::string_view word = words[i];
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  const std::string_view ending = word.substr(digits);
  const bool ends_here = IsOrdinalEnding(ending);
  const bool ends_in_next = ending.empty() && i + 1 < words.size() && IsOrdinalEnding(words[i + 1]);
  if (digits == 0 || !(ends_here || ends_in_next)) return std::nullopt;
  return ParseWholeNumber(word.substr(0, digits), true).value;
}

std::optional<std::int64_t> EventOf(const Words& words) {
  constexpr std::array<std::string_view, 10> kOrdinals = {"first", "second", "third",   "fourth",
                                                          "fifth", "sixth",  "seventh", "eighth",
                                                          "ninth", "tenth"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto* const named = std::find(kOrdinals.begin(), kOrdinals.end(), words[i]);
    if (named != kOrdinals.end()) return named - kOrdinals.begin() + 1;
    if (const auto ordinal = OrdinalOf(words, i); ordinal && *ordinal > 0) return ordinal;
  }
  return std::nullopt;
}

bool AsksForType(const Words& words) {
  return HasAny(words, {"expression", "event"}) &&
         (Has(words, "type") || (Has(words, "micro") && Has(words, "macro")));
}

QuestionKind CountKind(const Words& words) {
  if (Has(words, "micro")) return QuestionKind::kMicroCount;
  if (Has(words, "macro")) return QuestionKind::kMacroCount;
  return QuestionKind::kEventCount;
}

// The words between "action unit" and what is asked of it.
std::string UnitOf(const Words& words) {
  constexpr std::array<std::string_view, 7> kEnds = {"shown", "located", "present", "visible",
                                                     "on",    "in",      "observed"};
  std::string unit;
  for (std::size_t i = *FindPair(words, "action", "unit") + 2; i < words.size(); ++i) {
    if (std::find(kEnds.begin(), kEnds.end(), words[i]) != kEnds.end()) break;
    unit += (unit.empty() ? "" : " ") + words[i];
  }
  return unit;
}

QuestionTopic UnitTopic(const Words& words) {
  if (Has(words, "fine") && Has(words, "coarse")) return {QuestionKind::kUnitsAndClasses, {}, {}};
  const bool is_closed = HasAny({words.front()}, {"is", "does", "can", "was"});
  if (is_closed && FindPair(words, "action", "unit")) {
    const bool of_side = Has(words, "left") && Has(words, "right");
    return {of_side ? QuestionKind::kUnitSide : QuestionKind::kUnitShown, UnitOf(words), {}};
  }
  const bool of_video = HasAny(words, {"distinct", "appear", "appears"});
  return {of_video ? QuestionKind::kVideoUnits : QuestionKind::kActionUnits, {}, {}};
}

}  // namespace

QuestionTopic TopicOf(std::string_view text) {
  const Words words = WordsOf(text);
  if (FindPair(words, "how", "many") &&
      HasAny(words, {"expression", "expressions", "event", "events"})) {
    return {CountKind(words), {}, {}};
  }
  if (AsksForUnits(words)) return UnitTopic(words);
  if (AsksForType(words)) {
    if (const auto event = EventOf(words)) return {QuestionKind::kEventType, {}, event};
  }
  if (Has(words, "class")) {
    if (Has(words, "coarse")) return {QuestionKind::kCoarse, {}, {}};
    if (Has(words, "fine")) return {QuestionKind::kFine, {}, {}};
  }
  return {};
}

std::string_view QuestionKindName(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::kCoarse:
      return "coarse";
    case QuestionKind::kFine:
      return "fine";
    case QuestionKind::kActionUnits:
      return "action units";
    case QuestionKind::kUnitShown:
      return "unit shown";
    case QuestionKind::kUnitSide:
      return "unit side";
    case QuestionKind::kUnitsAndClasses:
      return "units and classes";
    case QuestionKind::kEventCount:
      return "expression count";
    case QuestionKind::kMicroCount:
      return "micro count";
    case QuestionKind::kMacroCount:
      return "macro count";
    case QuestionKind::kVideoUnits:
      return "video's units";
    case QuestionKind::kEventType:
      return "event type";
    case QuestionKind::kAnalysis:
      break;
  }
  return "analysis";
}

bool IsCount(QuestionKind kind) {
  return kind == QuestionKind::kEventCount || kind == QuestionKind::kMicroCount ||
         kind == QuestionKind::kMacroCount;
}

bool IsOfLongVideo(QuestionKind kind) {
  return IsCount(kind) || kind == QuestionKind::kVideoUnits || kind == QuestionKind::kEventType;
}

}  // namespace mestr::internal
