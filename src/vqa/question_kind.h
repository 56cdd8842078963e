// What a question of ME-VQA or ME-LVQA asks for, and in what words the challenge asks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mestr::internal {

enum class QuestionKind {
  // ME-VQA: of a clip with one micro-expression.
  kCoarse,           // the coarse expression class
  kFine,             // the fine-grained expression class
  kActionUnits,      // the action unit, or a list of them
  kUnitShown,        // whether a unit is shown: yes or no
  kUnitSide,         // whether a unit is on the left or the right
  kUnitsAndClasses,  // units, fine-grained and coarse class in one sentence
  // ME-LVQA: of a long video.
  kEventCount,  // how many expressions
  kMicroCount,  // how many of them micro-expressions
  kMacroCount,  // how many of them macro-expressions
  kVideoUnits,  // which distinct action units appear
  kEventType,   // whether the n-th expression is a micro- or a macro-expression
  // Everything else: free text.
  kAnalysis,
};

struct QuestionTopic {
  QuestionKind kind = QuestionKind::kAnalysis;
  std::string unit;                   // kUnitShown, kUnitSide: its name in words of lower case
  std::optional<std::int64_t> event;  // kEventType: n, from 1

  friend bool operator==(const QuestionTopic&, const QuestionTopic&) = default;
};

// Decided by the words of the text alone, so that upper case, blanks and punctuation do not matter.
QuestionTopic TopicOf(std::string_view text);

// "coarse", "event type": for messages and reports.
std::string_view QuestionKindName(QuestionKind kind);

bool IsOfLongVideo(QuestionKind kind);
bool IsCount(QuestionKind kind);

}  // namespace mestr::internal
