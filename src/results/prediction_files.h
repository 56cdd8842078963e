// The tables of finds of a results folder: the leaderboard's, their zip, and predictions.csv.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/submission/records.h"
#include "results/results.h"

namespace mestr::internal {

// The files that hold the finds of these videos, relative to the folder: <dataset>_pred.csv and
// submission.zip for the leaderboard's data sets, predictions.csv for all others.
std::vector<std::string> PredictionFilesOf(const std::vector<VideoInput>& videos);

// The finds of a video, those of its other faces after the first one's.
std::vector<Prediction> PredictionsOf(const VideoResults& video);

// Writes PredictionFilesOf(`videos`) with the finds of those of them that have results, in their
// order. Gives the names of the files.
std::vector<std::string> WritePredictions(const std::filesystem::path& folder,
                                          const std::vector<VideoInput>& videos,
                                          const std::vector<VideoResults>& results);

}  // namespace mestr::internal
