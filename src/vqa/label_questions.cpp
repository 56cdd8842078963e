#include "vqa/label_questions.h"

#include <algorithm>
#include <utility>

#include "vqa/answer.h"
#include "vqa/question_text.h"

namespace mestr::internal {
namespace {

bool HasUnit(const DescribedLabel& label, int number) {
  return std::any_of(label.action_units.begin(), label.action_units.end(),
                     [&](const ActionUnit& unit) { return unit.number == number; });
}

QuestionTopic OfUnit(QuestionKind kind, int number) {
  return {kind, std::string(ActionUnitName(number)), {}};
}

// As often about a unit that is there as about one that is not.
AskedQuestion AskWhetherShown(const DescribedLabel& label, const std::vector<int>& known_units,
                              Draw& draw) {
  std::vector<int> others;
  for (const int number : known_units) {
    if (!HasUnit(label, number)) others.push_back(number);
  }
  const bool shown = draw.Below(2) == 0 || others.empty();
  const int number = shown ? label.action_units[draw.Below(label.action_units.size())].number
                           : others[draw.Below(others.size())];
  return {QuestionText(OfUnit(QuestionKind::kUnitShown, number)), shown ? "yes" : "no"};
}

// Of the first unit that is on one side alone.
void AskForSide(const DescribedLabel& label, std::vector<AskedQuestion>& asked) {
  const std::vector<ActionUnit>& units = label.action_units;
  const auto one_sided = [&](const ActionUnit& unit) {
    return unit.side != FaceSide::kBoth &&
           std::count_if(units.begin(), units.end(),
                         [&](const ActionUnit& other) { return other.number == unit.number; }) == 1;
  };
  const auto found = std::find_if(units.begin(), units.end(), one_sided);
  if (found == units.end()) return;
  asked.push_back({QuestionText(OfUnit(QuestionKind::kUnitSide, found->number)),
                   found->side == FaceSide::kLeft ? "left" : "right"});
}

std::size_t CountOfType(std::span<const DescribedLabel> labels, ExpressionType type) {
  return static_cast<std::size_t>(
      std::count_if(labels.begin(), labels.end(),
                    [&](const DescribedLabel& one) { return one.label.type == type; }));
}

// In the order of FACS, without sides.
std::vector<ActionUnit> UnitsOf(std::span<const DescribedLabel> labels) {
  std::set<int> numbers;
  for (const DescribedLabel& label : labels) {
    for (const ActionUnit& unit : label.action_units) numbers.insert(unit.number);
  }
  std::vector<ActionUnit> units;
  for (const int number : numbers) units.push_back({.number = number, .side = FaceSide::kBoth});
  return units;
}

// Two, where there are two.
std::vector<std::size_t> DrawEvents(std::size_t events, Draw& draw) {
  const std::size_t first = draw.Below(events);
  if (events == 1) return {first, first};
  const std::size_t second = draw.Below(events - 1);
  return {first, second < first ? second : second + 1};
}

}  // namespace

std::vector<AskedQuestion> QuestionsOfClip(const DescribedLabel& label,
                                           const ClipQuestionOptions& options, Draw& draw) {
  const std::string& coarse = label.label.emotion;
  const std::string& fine = label.fine_emotion;
  const std::vector<ActionUnit>& units = label.action_units;
  const std::string names = ActionUnitNames(units);
  const bool is_single = IsOneUnit(units);
  std::vector<AskedQuestion> asked = {{QuestionText({QuestionKind::kCoarse, {}, {}}), coarse}};
  if (!fine.empty()) asked.push_back({QuestionText({QuestionKind::kFine, {}, {}}), fine});
  if (units.empty()) return asked;
  asked.push_back({QuestionText({QuestionKind::kActionUnits, {}, {}}, is_single), names});
  asked.push_back(AskWhetherShown(label, options.known_units, draw));
  if (options.ask_for_sides) AskForSide(label, asked);
  if (fine.empty()) return asked;
  if (options.version == 1) {
    asked.push_back({QuestionText({QuestionKind::kUnitsAndClasses, {}, {}}, is_single),
                     UnitsAndClassesAnswer(units, fine, coarse)});
  } else {
    asked.push_back({QuestionText({}), AnalysisAnswer(units, fine, coarse)});
  }
  return asked;
}

std::vector<AskedQuestion> QuestionsOfLongVideo(std::span<const DescribedLabel> labels,
                                                Draw& draw) {
  std::vector<DescribedLabel> events(labels.begin(), labels.end());
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return std::pair(a.label.interval.onset, a.label.interval.offset) <
           std::pair(b.label.interval.onset, b.label.interval.offset);
  });
  std::vector<AskedQuestion> asked = {
      {QuestionText({QuestionKind::kEventCount, {}, {}}), events.size()},
      {QuestionText({QuestionKind::kMicroCount, {}, {}}),
       CountOfType(events, ExpressionType::kMicro)},
      {QuestionText({QuestionKind::kMacroCount, {}, {}}),
       CountOfType(events, ExpressionType::kMacro)}};
  const bool all_have_units = std::none_of(
      events.begin(), events.end(), [](const auto& event) { return event.action_units.empty(); });
  if (all_have_units) {
    asked.push_back(
        {QuestionText({QuestionKind::kVideoUnits, {}, {}}), ActionUnitNames(UnitsOf(events))});
  }
  for (const std::size_t event : DrawEvents(events.size(), draw)) {
    const auto number = static_cast<std::int64_t>(event) + 1;
    const bool is_micro = events[event].label.type == ExpressionType::kMicro;
    asked.push_back({QuestionText({QuestionKind::kEventType, {}, number}),
                     std::string(kEventTypes[is_micro ? 0 : 1])});
  }
  return asked;
}

}  // namespace mestr::internal
