// The folder that `mestr run` writes, and what of it is an earlier run's.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/results_files.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

// "videos/cas_1_a.json" for each video, in their order: relative to the folder.
std::vector<std::string> VideoFilesOf(const std::vector<VideoInput>& videos);

// "videos/cas_1_a_frames.csv" for "videos/cas_1_a.json": the frames of the same video.
std::string FramesFileOf(const std::string& video_file);

// The files that hold all videos' predictions, relative to the folder: <dataset>_pred.csv and
// submission.zip for the leaderboard's data sets, predictions.csv for all others.
std::vector<std::string> PredictionFilesOf(const std::vector<VideoInput>& videos);

// Writes nothing over what it does not know to be an earlier run's: run.json lists the files of its
// run, from the beginning on, and nothing else is ever replaced or removed.
class ResultsFolder {
 public:
  // `files`: what the run may write, run.json apart. Looks and changes nothing. Throws
  // Error{kConfig} naming the folder: it holds an earlier run's results (at least one video's) and
  // `overwrite` is false; its run.json is none of ours; a file is in the way that no earlier run
  // lists.
  ResultsFolder(std::filesystem::path folder, std::vector<std::string> files, bool overwrite);

  // Makes the folder and finds out whether it can be written, now and not after an hour of work.
  // Throws Error{kConfig}.
  void Prepare(const nlohmann::ordered_json& running);

  // True while an earlier run's results are there, until Replace.
  bool HasEarlierResults() const { return has_earlier_; }

  // Puts the record of this run in the place of the earlier one, and removes that one's files.
  void Replace(const nlohmann::ordered_json& running);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path RunFile() const { return folder_ / kRunFile; }

 private:
  void ReadEarlier(bool overwrite);
  void RefuseWhatIsInTheWay() const;

  std::filesystem::path folder_;
  std::vector<std::string> files_;
  bool has_earlier_ = false;
  std::vector<std::string> earlier_files_;
};

}  // namespace mestr::internal
