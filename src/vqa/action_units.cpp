#include "vqa/action_units.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/action_unit_names.h"

namespace mestr::internal {
namespace {

std::map<int, std::string> ReadNames() {
  const nlohmann::json json = nlohmann::json::parse(ActionUnitNamesJson());
  std::map<int, std::string> names;
  for (const auto& [number, name] : json.items()) {
    names.emplace(std::stoi(number), name.get<std::string>());
  }
  return names;
}

constexpr int kMostCode = 99;  // FACS has two digits

// Takes the side off one end of the text.
FaceSide TakeSide(std::string_view& text) {
  const auto side_of = [](char c) {
    if (c == 'l') return FaceSide::kLeft;
    return c == 'r' ? FaceSide::kRight : FaceSide::kBoth;
  };
  if (text.empty()) return FaceSide::kBoth;
  FaceSide side = side_of(text.front());
  if (side != FaceSide::kBoth) {
    text.remove_prefix(1);
    return side;
  }
  side = side_of(text.back());
  if (side != FaceSide::kBoth) text.remove_suffix(1);
  return side;
}

std::optional<ActionUnit> ParseUnit(std::string_view typed) {
  const std::string lower = LowerCase(typed);
  std::string_view text = lower;
  if (text.starts_with("au")) text.remove_prefix(2);
  if (!text.empty() && text.back() >= 'a' && text.back() <= 'e') text.remove_suffix(1);
  ActionUnit unit{.number = 0, .side = TakeSide(text)};
  if (text.starts_with("au")) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), unit.number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || unit.number < 1 || unit.number > kMostCode) return std::nullopt;
  return unit;
}

}  // namespace

std::string_view ActionUnitName(int number) {
  static const std::map<int, std::string> names = ReadNames();
  const auto found = names.find(number);
  return found == names.end() ? std::string_view() : found->second;
}

std::vector<ActionUnit> ParseActionUnits(std::string_view text) {
  constexpr std::string_view kBetween = "+,; \t";
  std::vector<ActionUnit> units;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
    if (text.empty()) return units;
    const std::string_view part = text.substr(0, text.find_first_of(kBetween));
    text.remove_prefix(part.size());
    const std::optional<ActionUnit> unit = ParseUnit(part);
    if (!unit) {
      throw Error(ErrorKind::kInvalidArgument, Quoted(part) + " is no action unit, like 4 or L12");
    }
    if (std::find(units.begin(), units.end(), *unit) == units.end()) units.push_back(*unit);
  }
}

bool IsOneUnit(const std::vector<ActionUnit>& units) {
  return !units.empty() && std::all_of(units.begin(), units.end(), [&](const ActionUnit& unit) {
    return unit.number == units.front().number;
  });
}

std::string ActionUnitNames(const std::vector<ActionUnit>& units) {
  std::vector<std::string> names;
  for (const ActionUnit& unit : units) {
    const std::string name(ActionUnitName(unit.number));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return Joined(names, ", ");
}

}  // namespace mestr::internal
