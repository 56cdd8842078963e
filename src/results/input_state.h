// Whether what was made of a video is still what would be made of it.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mestr/video/inputs.h"

namespace mestr::internal {

// Size and time of a file or, of a folder, of its frames, with a hash that takes in their names:
// {"files", "bytes", "modified": the latest, "hash"}. Null where it cannot be looked at.
nlohmann::ordered_json InputStateOf(const std::filesystem::path& input);

// What the results of a video depend on and the videos of a folder do not have in common: its
// state, "path" (absolute), "mestr" (the version) and "fps" (that was given, or null).
nlohmann::ordered_json MadeFrom(const VideoInput& input);

// What differs between two of them, for people; empty: nothing. `earlier` may be any JSON.
std::string ChangeOf(const nlohmann::ordered_json& earlier, const nlohmann::ordered_json& now);

}  // namespace mestr::internal
