#include "vqa/question_text.h"

namespace mestr::internal {

std::string QuestionText(const QuestionTopic& topic, bool is_single) {
  switch (topic.kind) {
    case QuestionKind::kCoarse:
      return "What is the coarse expression class?";
    case QuestionKind::kFine:
      return "What is the fine-grained expression class?";
    case QuestionKind::kActionUnits:
      return is_single ? "What is the action unit?" : "What are the action units?";
    case QuestionKind::kUnitShown:
      return "Is the action unit " + topic.unit + " shown on the face?";
    case QuestionKind::kUnitSide:
      return "Is the action unit " + topic.unit + " located on the left or right face?";
    case QuestionKind::kUnitsAndClasses:
      return std::string(is_single ? "What is the action unit present, and based on it"
                                   : "What are the action units present, and based on them") +
             ", what is the fine-grained expression and the coarse expression class?";
    case QuestionKind::kEventCount:
      return "How many expression events appear in this video?";
    case QuestionKind::kMicroCount:
      return "How many micro-expression events appear in this video?";
    case QuestionKind::kMacroCount:
      return "How many macro-expression events appear in this video?";
    case QuestionKind::kVideoUnits:
      return "What distinct action units appear in this video?";
    case QuestionKind::kEventType:
      return "What is the expression type of the " + std::to_string(topic.event.value()) +
             "-th expression event in this video?";
    case QuestionKind::kAnalysis:
      break;
  }
  return "Please analyse the micro-expression shown in this video in detail.";
}

std::string UnitsAndClassesAnswer(const std::vector<ActionUnit>& units, const std::string& fine,
                                  const std::string& coarse) {
  return std::string(IsOneUnit(units) ? "The action unit present is: "
                                      : "The action units present are: ") +
         ActionUnitNames(units) + ". Therefore, the fine-grained expression class is " + fine +
         ", and the coarse expression class is " + coarse + ".";
}

std::string AnalysisAnswer(const std::vector<ActionUnit>& units, const std::string& fine,
                           const std::string& coarse) {
  return "The micro-expression shows " + ActionUnitNames(units) + ". It is consistent with " +
         fine + ", which is of the coarse expression class " + coarse + ".";
}

}  // namespace mestr::internal
