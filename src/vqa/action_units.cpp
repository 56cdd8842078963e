#include "vqa/action_units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

constexpr std::pair<int, std::string_view> kNames[] = {{1, "inner brow raiser"},
                                                       {2, "outer brow raiser"},
                                                       {4, "brow lowerer"},
                                                       {5, "upper lid raiser"},
                                                       {6, "cheek raiser"},
                                                       {7, "lid tightener"},
                                                       {8, "lips toward each other"},
                                                       {9, "nose wrinkler"},
                                                       {10, "upper lip raiser"},
                                                       {11, "nasolabial deepener"},
                                                       {12, "lip corner puller"},
                                                       {13, "sharp lip puller"},
                                                       {14, "dimpler"},
                                                       {15, "lip corner depressor"},
                                                       {16, "lower lip depressor"},
                                                       {17, "chin raiser"},
                                                       {18, "lip pucker"},
                                                       {19, "tongue show"},
                                                       {20, "lip stretcher"},
                                                       {21, "neck tightener"},
                                                       {22, "lip funneler"},
                                                       {23, "lip tightener"},
                                                       {24, "lip pressor"},
                                                       {25, "lips part"},
                                                       {26, "jaw drop"},
                                                       {27, "mouth stretch"},
                                                       {28, "lip suck"},
                                                       {29, "jaw thrust"},
                                                       {30, "jaw sideways"},
                                                       {31, "jaw clencher"},
                                                       {32, "lip bite"},
                                                       {33, "cheek blow"},
                                                       {34, "cheek puff"},
                                                       {35, "cheek suck"},
                                                       {36, "tongue bulge"},
                                                       {37, "lip wipe"},
                                                       {38, "nostril dilator"},
                                                       {39, "nostril compressor"},
                                                       {41, "lid droop"},
                                                       {42, "slit"},
                                                       {43, "eyes closed"},
                                                       {44, "squint"},
                                                       {45, "blink"},
                                                       {46, "wink"}};

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
  if (!is_number || ActionUnitName(unit.number).empty()) return std::nullopt;
  return unit;
}

}  // namespace

std::string_view ActionUnitName(int number) {
  for (const auto& [known, name] : kNames) {
    if (known == number) return name;
  }
  return {};
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

std::string ActionUnitNames(const std::vector<ActionUnit>& units) {
  std::vector<std::string> names;
  for (const ActionUnit& unit : units) {
    const std::string name(ActionUnitName(unit.number));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return Joined(names, ", ");
}

}  // namespace mestr::internal
