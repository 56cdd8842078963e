// What an answer says: a class, a number, a set of action units.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "vqa/question_kind.h"

namespace mestr::internal {

inline constexpr std::array<std::string_view, 3> kCoarseClasses = {"positive", "negative",
                                                                   "surprise"};
inline constexpr std::array<std::string_view, 6> kFineClasses = {
    "happiness", "surprise", "fear", "disgust", "anger", "sadness"};
inline constexpr std::array<std::string_view, 2> kYesOrNo = {"yes", "no"};
inline constexpr std::array<std::string_view, 2> kSides = {"left", "right"};
inline constexpr std::array<std::string_view, 2> kEventTypes = {"micro-expression",
                                                                "macro-expression"};

// The classes that an answer to such a question is one of; empty for kinds without.
std::span<const std::string_view> ClassesOf(QuestionKind kind);

// The two conventions of an answer's class.
enum class ClassReading {
  kStrict,   // the whole answer, in lower case, without blanks around it and "." or "!" at its end
  kLenient,  // the first word of it that is one of the classes; without one, as kStrict
};
std::string ClassOf(std::string_view answer, std::span<const std::string_view> classes,
                    ClassReading reading);

// One of kEventTypes by the answer's first word "micro", "macro" or one that begins so; else the
// answer as ClassReading::kStrict has it.
std::string EventTypeOf(std::string_view answer);

// The first whole number of the answer ("about 9" is 9); empty where there is none ("three").
std::optional<std::int64_t> CountOf(std::string_view answer);

// Names between commas, semicolons, ends of lines and the word "and", each as its words in lower
// case.
std::set<std::string> ActionUnitsOf(std::string_view answer);

}  // namespace mestr::internal
