// Where `mestr run` writes when nobody says.
#pragma once

#include <string>
#include <vector>

namespace mestr::cli {

// A folder in the working folder: "clip_mestr" for clip.mp4 or the folder clip, "mestr_results" for
// several inputs.
std::string UsualOutput(const std::vector<std::string>& inputs);

// Throws Error{kConfig} where something is there that no run wrote, an empty folder apart.
void CheckUsualOutput(const std::string& output);

}  // namespace mestr::cli
