// The whole mission, from what the user typed to the files of a leaderboard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/shard.h"
#include "mestr/pipeline/analyzer.h"
#include "mestr/video/inputs.h"
#include "pipeline/video_loop.h"
#include "results/results.h"

namespace mestr::internal {

struct RunOptions {
  AnalyzerOptions analyzer;
  std::vector<std::string> inputs;         // as for ResolveInputs
  std::optional<double> fps;               // over that of every input, > 0
  std::optional<ResolvedInputs> resolved;  // the two above, by who has resolved them already
  std::filesystem::path output;
  bool overwrite = false;  // begin anew where there are results
  // The caller will write report.html there: one in the way that is no earlier run's is refused.
  bool report = false;
  std::optional<Shard> shard;  // of the videos, only these
};

// What became of one video.
struct VideoOutcome {
  VideoInput input;
  std::optional<std::string> error = {};  // why it failed; nothing else but `input` holds then
  bool resumed = false;                   // an earlier call's results hold
  Analysis analysis = {};        // without values an index: those are in the file; not if resumed
  VideoResults results = {};     // the same, read back from there
  std::string file = {};         // its JSON, relative to the output folder
  std::string frames_file = {};  // its frames as CSV; empty with alignment crop
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
// video and with alignment similarity <name>_frames.csv beside it, run.json, which says from the
// beginning on what is done. Where an earlier call of the same run stopped, this one goes on: the
// videos' results stay but of those that changed (ChangeOf), which is told. Results of another run
// are refused; with `overwrite` they are removed when the first video is finished, and stay where
// none succeeds. A video that fails is named in the summary and in run.json, and the others go on.
// With a shard, tables are there for the data sets of all inputs. Throws before the first video:
// Error{kInput} for inputs that name nothing, {kModel}, {kDevice}, {kConfig} for config and output
// folder. What ends the run later ({kStopped} where the observer asks for it) is thrown too, after
// the results of the finished videos were written.
RunSummary RunVideos(const RunOptions& options, const RunObserver& observer);

}  // namespace mestr::internal
