// Whether an input is still what something was made from.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mestr::internal {

// Size and time of a file or, of a folder, of its frames, with a hash that takes in their names:
// {"files", "bytes", "modified": the latest, "hash"}. Null where it cannot be looked at.
nlohmann::ordered_json InputStateOf(const std::filesystem::path& input);

// What differs between two states, for people; empty: nothing. `earlier` may be any JSON.
std::string ChangeOfInput(const nlohmann::ordered_json& earlier, const nlohmann::ordered_json& now);

}  // namespace mestr::internal
