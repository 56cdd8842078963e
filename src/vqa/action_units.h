// Action units of the Facial Action Coding System (Ekman, Friesen, Hager 2002), and their names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

enum class FaceSide { kBoth, kLeft, kRight };

struct ActionUnit {
  int number = 0;
  FaceSide side = FaceSide::kBoth;  // the person's own left and right

  friend bool operator==(const ActionUnit&, const ActionUnit&) = default;
};

// "brow lowerer" of 4; empty for a number that is none of the face: positions of head and eyes, 51
// and up, have codes too.
std::string_view ActionUnitName(int number);

// "4+L12": numbers with an optional AU before, a side (L or R) before or behind, and an intensity
// (A to E) behind, between '+', ',', ';' and blanks, in their order, each once, also those that
// have no name. Throws Error{kInvalidArgument} naming a part that is no number from 1 to 99.
std::vector<ActionUnit> ParseActionUnits(std::string_view text);

// One at least, and all of one number: L12+R12 is one unit on both sides.
bool IsOneUnit(const std::vector<ActionUnit>& units);

// "brow lowerer, lip corner puller"
std::string ActionUnitNames(const std::vector<ActionUnit>& units);

}  // namespace mestr::internal
