// What run and export share when they open their inputs.
#pragma once

#include <set>
#include <string>

#include "mestr/pipeline/config.h"

namespace mestr {

InputOptions InputOptionsOf(const Config& config, std::optional<double> fps);

// Throws Error{kInput} that says how to give the rate of a folder that has none.
double KnownFrameRate(const VideoInfo& info);

// A file name without extension, of data set, subject and video, that is not in `taken`; adds it
// there.
std::string UniqueStem(const VideoInput& input, std::set<std::string>& taken);

}  // namespace mestr
