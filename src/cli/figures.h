// What scripts/figures.py draws, for `mestr report --figures`.
#pragma once

#include <filesystem>
#include <string>

namespace mestr::cli {

// Runs the shipped script with the python3 of the PATH: a figure a video of a run's results in
// `format` (pdf, svg or png), in their folder `figures`, with the labels of the CSV `truth` where
// that is not empty. Gives the lines that it said ("wrote out/figures/clip.pdf"). Throws
// Error{kConfig} where there is no python3 or it lacks a module, {kInput} for results or labels
// that are broken.
std::string WriteFigures(const std::filesystem::path& results, const std::string& format,
                         const std::filesystem::path& truth);

}  // namespace mestr::cli
