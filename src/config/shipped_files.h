// Files that come with the program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mestr::internal {

// A shipped file ("models/mean_synthetic.pt", "configs/demo.yaml"): below the environment's
// MESTR_DATA, share/mestr of the place where this library or program was installed, or the source
// tree it was built from.
// Throws Error{kConfig} when it is in none of them.
std::filesystem::path ShippedFile(const std::filesystem::path& relative);

// The names of the shipped configs that LoadConfig takes ("demo"), sorted; none where they are not
// found.
std::vector<std::string> ShippedConfigs();

}  // namespace mestr::internal
