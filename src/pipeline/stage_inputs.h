// How the pipeline opens its inputs.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "mestr/config/config.h"
#include "mestr/video/frame_source.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

InputOptions InputOptionsOf(const Config& config, std::optional<double> fps);

// Throws Error{kInput} that says how to give the rate of a folder that has none.
double KnownFrameRate(const VideoInfo& info);

// A file name without extension, of data set, subject and video, that is not in `taken`; adds it
// there.
std::string UniqueStem(const VideoKey& video, std::set<std::string>& taken);

}  // namespace mestr::internal
