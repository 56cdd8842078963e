// The content of a run's files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "pipeline/run.h"

namespace mestr::internal {

// Everything that was found out of one video that succeeded, per-frame numbers included: the same
// bytes for the same pictures, wherever they lie and however long it took.
nlohmann::ordered_json VideoToJson(const VideoInput& input, const Analysis& analysis);

// What made the results, for a run's record: version, config, models, device, libraries, notes on
// the inputs. `files`: those of all videos together.
nlohmann::ordered_json RunHeadToJson(const RunOptions& options, const Analyzer& analyzer,
                                     const std::vector<std::string>& notes,
                                     const std::vector<std::string>& files);

// What a run's record says of the results of one video, what was measured included.
nlohmann::ordered_json FactsToJson(const Analysis& analysis);

}  // namespace mestr::internal
