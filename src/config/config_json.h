// A config as the run records show it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mestr/config/config.h"

namespace mestr::internal {

// The config in force, in the sections and keys of the YAML file.
nlohmann::ordered_json ConfigToJson(const Config& config);

}  // namespace mestr::internal
