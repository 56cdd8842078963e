#include "pipeline/run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/cost.h"
#include "mestr/core/error.h"
#include "mestr/submission/records.h"
#include "pipeline/outputs.h"
#include "pipeline/stage_inputs.h"
#include "pipeline/tell.h"

namespace mestr::internal {
namespace {

// A leaderboard takes no other emotions than its own.
void CheckLeaderboardClasses(const ModelInfo& model, const std::string& dataset) {
  if (!IsLeaderboardDataset(dataset)) return;
  for (const std::string& name : model.classes) {
    if (name == kOthers || std::find(kLeaderboardEmotions.begin(), kLeaderboardEmotions.end(),
                                     name) != kLeaderboardEmotions.end()) {
      continue;
    }
    throw Error(ErrorKind::kModel, "the model " + model.name + " knows the class '" + name +
                                       "', which the leaderboard of " + dataset + " does not");
  }
}

class Runner {
 public:
  Runner(const RunOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(
            ResolveInputs(options.inputs, InputOptionsOf(options.analyzer.config, options.fps))),
        analyzer_(options.analyzer) {
    for (const VideoInput& input : inputs_.videos) analyzer_.LoadModel(input.key);
    summary_.notes = inputs_.notes;
  }

  RunSummary Run() {
    PrepareOutputFolder(options_.output);
    for (const std::string& note : inputs_.notes) Tell(observer_.on_warning, note);
    Tell(observer_.on_info, analyzer_.device().reason);
    Cost total;
    {
      const ScopedCost cost(total);
      ForEachVideo(
          inputs_.videos, observer_, [this](const VideoInput& input) { Process(input); },
          [this](const VideoInput& input, const std::string& why) {
            summary_.videos.push_back({.input = input, .error = why, .analysis = {}, .file = {}});
          });
    }
    summary_.wall_s = total.wall_s;
    summary_.files = WritePredictions(options_.output, summary_.videos);
    summary_.files.push_back(options_.output / "run.json");
    WriteJson(summary_.files.back(), RunToJson(options_, analyzer_, summary_));
    return std::move(summary_);
  }

 private:
  void Process(const VideoInput& input) {
    CheckLeaderboardClasses(analyzer_.LoadModel(input.key), input.key.dataset);
    VideoOutcome outcome{.input = input, .error = {}, .analysis = {}, .file = {}};
    const auto source = OpenInput(input, options_.analyzer.config.video);
    outcome.analysis = analyzer_.Analyze(*source, input.key, observer_);
    outcome.file = VideoFileName(UniqueStem(input.key, taken_names_));
    WriteJson(options_.output / outcome.file, VideoToJson(input, outcome.analysis));
    outcome.analysis.scores = {};
    outcome.analysis.spotting.smoothed = {};
    summary_.videos.push_back(std::move(outcome));
  }

  const RunOptions& options_;
  const RunObserver& observer_;
  ResolvedInputs inputs_;
  Analyzer analyzer_;
  std::set<std::string> taken_names_;
  RunSummary summary_;
};

}  // namespace

RunSummary RunVideos(const RunOptions& options, const RunObserver& observer) {
  options.analyzer.config.Check();
  return Runner(options, observer).Run();
}

}  // namespace mestr::internal
