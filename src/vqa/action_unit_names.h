// action_units.json: the action units of the face by their FACS numbers, {"4": "brow lowerer",
// ...}. mestr.labels reads the same file.
#pragma once

#include <string_view>

namespace mestr::internal {

std::string_view ActionUnitNamesJson();

}  // namespace mestr::internal
