// The content of a run's files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "pipeline/run.h"

namespace mestr::internal {

// Everything that is known of one video that succeeded, per-frame numbers included.
nlohmann::ordered_json VideoToJson(const VideoInput& input, const Analysis& analysis);

// What was found, of all faces, one after the other.
std::vector<Prediction> PredictionsOfFaces(const Analysis& analysis);

// Leaderboard CSVs, their zip, and predictions.csv. Gives the files written.
std::vector<std::filesystem::path> WritePredictions(const std::filesystem::path& folder,
                                                    const std::vector<VideoOutcome>& videos);

// The run's record while it goes on: what it may write.
nlohmann::ordered_json RunningToJson(const std::vector<VideoInput>& videos,
                                     const std::vector<std::string>& video_files,
                                     bool has_frames_files,
                                     const std::vector<std::string>& prediction_files);

// What made the results: version, config, models, device, libraries, and how each video went.
// `end`: why the run ended before its last video; empty: it did not.
nlohmann::ordered_json RunToJson(const RunOptions& options, const Analyzer& analyzer,
                                 const RunSummary& summary, const std::string& end);

}  // namespace mestr::internal
