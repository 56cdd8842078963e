// The files of a run.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "pipeline/run.h"

namespace mestr::internal {

// Removes what an earlier run wrote to `folder` under the names below, and makes sure that files
// can be written there. Throws Error{kConfig} naming the folder.
void PrepareOutputFolder(const std::filesystem::path& folder);

// A video's JSON, relative to the output folder: "videos/cas_1_a.json".
std::string VideoFileName(const std::string& stem);

// Everything that is known of one video that succeeded, per-frame numbers included.
nlohmann::ordered_json VideoToJson(const VideoInput& input, const Analysis& analysis);

// Leaderboard CSVs, their zip, and predictions.csv. Gives the files written.
std::vector<std::filesystem::path> WritePredictions(const std::filesystem::path& folder,
                                                    const std::vector<VideoOutcome>& videos);

// What made the results: version, config, models, device, libraries, and how each video went.
nlohmann::ordered_json RunToJson(const RunOptions& options, const Analyzer& analyzer,
                                 const RunSummary& summary);

void WriteJson(const std::filesystem::path& path, const nlohmann::ordered_json& json);

}  // namespace mestr::internal
