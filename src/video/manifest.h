// The list of videos that a user writes by hand.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "mestr/video/inputs.h"

namespace mestr::internal {

inline constexpr std::string_view kManifestHeader = "dataset,subject,video,path,fps";

// Columns in any order; video and path must be there and filled in. Relative paths become relative
// to the manifest's folder. Throws Error{kInput} with file, line and column.
std::vector<VideoInput> ReadManifest(const std::filesystem::path& path);

}  // namespace mestr::internal
