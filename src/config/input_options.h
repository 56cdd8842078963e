// What a config says of the inputs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mestr/config/config.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

InputOptions InputOptionsOf(const Config& config, std::optional<double> fps);

// The shipped configs (they have the layouts of the defaults) for videos where a user names none:
// none, which are the defaults, where any of them belongs to one of the challenge's data sets, so
// that the baseline's results come out; "demo", the best that we know, where all are a user's own.
std::vector<std::string> UsualConfigs(std::span<const VideoInput> videos);

}  // namespace mestr::internal
