// The words in which the challenge asks its questions, and in which their answers are given.
#pragma once

#include <string>
#include <vector>

#include "vqa/action_units.h"
#include "vqa/question_kind.h"

namespace mestr::internal {

// `is_single`: kActionUnits and kUnitsAndClasses ask for one unit. TopicOf gives the topic back.
std::string QuestionText(const QuestionTopic& topic, bool is_single = false);

// The answer to kUnitsAndClasses, and one to kAnalysis that says no more than the labels do.
std::string UnitsAndClassesAnswer(const std::vector<ActionUnit>& units, const std::string& fine,
                                  const std::string& coarse);
std::string AnalysisAnswer(const std::vector<ActionUnit>& units, const std::string& fine,
                           const std::string& coarse);

}  // namespace mestr::internal
