// The whole mission, from what the user typed to the files of a leaderboard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mestr/pipeline/analyzer.h"
#include "mestr/submission/records.h"
#include "mestr/video/inputs.h"
#include "pipeline/video_loop.h"

namespace mestr::internal {

struct RunOptions {
  AnalyzerOptions analyzer;
  std::vector<std::string> inputs;         // as for ResolveInputs
  std::optional<double> fps;               // over that of every input, > 0
  std::optional<ResolvedInputs> resolved;  // the two above, by who has resolved them already
  std::filesystem::path output;
  bool overwrite = false;  // an earlier run's results
  // The caller will write report.html there: one in the way that is no earlier run's is refused.
  bool report = false;
};

// What became of one video.
struct VideoOutcome {
  VideoInput input;
  std::optional<std::string> error;     // why it failed; nothing else but `input` holds then
  Analysis analysis;                    // without values an index: those are in the file
  std::vector<Prediction> predictions;  // of all faces: its rows of the predictions' files
  std::string file;                     // its JSON, relative to the output folder
  std::string frames_file;              // its frames as CSV; empty with alignment crop
};

struct RunSummary {
  std::vector<std::string> notes;  // about the inputs, as of ResolveInputs
  std::vector<VideoOutcome> videos;
  // Results, in the order written. Empty where an earlier run's were kept.
  std::vector<std::filesystem::path> files;
  double wall_s = 0;
};

// Processes every input and writes to `output`: <dataset>_pred.csv for the leaderboard's data sets
// and submission.zip of them, predictions.csv for everything else, videos/<name>.json for each
// video and with alignment similarity <name>_frames.csv beside it, run.json. An earlier run's
// results there are refused, or with `overwrite` removed when the first video is finished; where
// none succeeds they stay. A video that fails is named in the summary and in run.json, and the
// others go on. Throws before the first video: Error{kInput} for inputs that name nothing,
// {kModel}, {kDevice}, {kConfig} for config and output folder. What ends the run later is thrown
// too, after the results of the finished videos were written.
RunSummary RunVideos(const RunOptions& options, const RunObserver& observer);

}  // namespace mestr::internal
