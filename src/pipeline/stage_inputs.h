// How the pipeline opens its inputs.
#pragma once

#include <optional>

#include "mestr/config/config.h"
#include "mestr/video/frame_source.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

InputOptions InputOptionsOf(const Config& config, std::optional<double> fps);

// Throws Error{kInput} that says how to give the rate of a folder that has none.
double KnownFrameRate(const VideoInfo& info);

}  // namespace mestr::internal
