#include "pipeline/run.h"

#include <algorithm>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>

#include "config/input_options.h"
#include "core/cost.h"
#include "core/files.h"
#include "core/record_file.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/submission/records.h"
#include "pipeline/face_outputs.h"
#include "pipeline/outputs.h"
#include "pipeline/results_folder.h"
#include "pipeline/tell.h"

namespace mestr::internal {
namespace {

// A leaderboard takes no other emotions than its own.
void CheckLeaderboardClasses(const ModelInfo& model, const std::string& dataset) {
  if (!IsLeaderboardDataset(dataset)) return;
  const std::vector<std::string>& never = model.decoding.not_written;
  for (const std::string& name : model.classes) {
    if (std::find(never.begin(), never.end(), name) != never.end()) continue;
    if (name == kOthers || std::find(kLeaderboardEmotions.begin(), kLeaderboardEmotions.end(),
                                     name) != kLeaderboardEmotions.end()) {
      continue;
    }
    throw Error(ErrorKind::kModel, "the model " + model.name + " knows the class '" + name +
                                       "', which the leaderboard of " + dataset + " does not");
  }
}

ResolvedInputs InputsOf(const RunOptions& options) {
  if (options.resolved) return *options.resolved;
  return ResolveInputs(options.inputs, InputOptionsOf(options.analyzer.config, options.fps));
}

class Runner {
 public:
  Runner(const RunOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(InputsOf(options)),
        video_files_(VideoFilesOf(inputs_.videos)),
        folder_(options.output, AllFiles(), options.overwrite),
        analyzer_(options.analyzer) {
    for (const VideoInput& input : inputs_.videos) analyzer_.LoadModel(input.key);
    for (std::size_t i = 0; i < inputs_.videos.size(); ++i) {
      file_of_[inputs_.videos[i].key] = video_files_[i];
    }
    summary_.notes = inputs_.notes;
  }

  RunSummary Run() {
    folder_.Prepare(Running());
    for (const std::string& note : inputs_.notes) Tell(observer_.on_warning, note);
    Tell(observer_.on_info, analyzer_.device().reason);
    try {
      ProcessAll();
    } catch (const std::exception& error) {
      KeepFinished(error.what());
      throw;
    }
    if (folder_.HasEarlierResults()) {
      Tell(observer_.on_warning,
           "no video succeeded: the earlier results in " + folder_.path().string() + " stay");
    } else {
      WriteResults("");
    }
    return std::move(summary_);
  }

 private:
  bool HasFramesFiles() const {
    return options_.analyzer.config.face.alignment == AlignmentMode::kSimilarity;
  }

  std::vector<std::string> AllFiles() const {
    std::vector<std::string> files = PredictionFilesOf(inputs_.videos);
    files.insert(files.end(), video_files_.begin(), video_files_.end());
    if (options_.report) files.emplace_back(kReportFile);
    if (HasFramesFiles()) {
      for (const std::string& file : video_files_) files.push_back(FramesFileOf(file));
    }
    return files;
  }

  nlohmann::ordered_json Running() const {
    return RunningToJson(inputs_.videos, video_files_, HasFramesFiles(),
                         PredictionFilesOf(inputs_.videos));
  }

  void ProcessAll() {
    Cost total;
    {
      const ScopedCost cost(total);
      ForEachVideo(
          inputs_.videos, observer_, [this](const VideoInput& input) { Process(input); },
          [this](const VideoInput& input, const std::string& why) {
            summary_.videos.push_back({.input = input,
                                       .error = why,
                                       .analysis = {},
                                       .predictions = {},
                                       .file = {},
                                       .frames_file = {}});
          });
    }
    summary_.wall_s = total.wall_s;
  }

  void Process(const VideoInput& input) {
    CheckLeaderboardClasses(analyzer_.LoadModel(input.key), input.key.dataset);
    VideoOutcome outcome{.input = input,
                         .error = {},
                         .analysis = {},
                         .predictions = {},
                         .file = {},
                         .frames_file = {}};
    const auto source = OpenInput(input, options_.analyzer.config.video);
    outcome.analysis = analyzer_.Analyze(*source, input.key, observer_);
    outcome.predictions = PredictionsOfFaces(outcome.analysis);
    outcome.file = file_of_.at(input.key);
    if (folder_.HasEarlierResults()) folder_.Replace(Running());
    WriteRecord(folder_.path() / outcome.file, VideoToJson(input, outcome.analysis));
    if (HasFramesFiles()) {
      outcome.frames_file = FramesFileOf(outcome.file);
      WriteFileAtomically(folder_.path() / outcome.frames_file, FramesCsv(outcome.analysis));
    }
    DropValues(outcome.analysis);
    summary_.videos.push_back(std::move(outcome));
    ++finished_;
    Tell(observer_.on_outcome, summary_.videos.back());
  }

  // What has a value an index or a frame is in the video's files.
  static void DropValues(Analysis& analysis) {
    analysis.scores = {};
    analysis.spotting.smoothed = {};
    analysis.faces = {};
    for (Analysis& other : analysis.others) DropValues(other);
  }

  // `end`: as for RunToJson.
  void WriteResults(const std::string& end) {
    summary_.files = WritePredictions(folder_.path(), summary_.videos);
    summary_.files.push_back(folder_.RunFile());
    WriteRecord(folder_.RunFile(), RunToJson(options_, analyzer_, summary_, end));
  }

  // Hours of work must not be lost to what ends a run: a full disk, a device that is gone.
  void KeepFinished(const std::string& end) {
    if (finished_ == 0) return;
    const std::string finished = std::to_string(finished_) + " of " +
                                 Counted(std::ssize(inputs_.videos), "video") + " finished before";
    try {
      WriteResults(end);
      Tell(observer_.on_warning,
           "the run ends early; " + finished + ", with results in " + folder_.path().string());
    } catch (const Error& error) {
      Tell(observer_.on_warning, "the run ends early; " + finished + ", each with its file in " +
                                     (folder_.path() / kVideosFolder).string() +
                                     ", but not all of the results: " + error.what());
    }
  }

  const RunOptions& options_;
  const RunObserver& observer_;
  ResolvedInputs inputs_;
  std::vector<std::string> video_files_;  // of each
  ResultsFolder folder_;
  Analyzer analyzer_;
  std::map<VideoKey, std::string> file_of_;
  std::int64_t finished_ = 0;
  RunSummary summary_;
};

}  // namespace

RunSummary RunVideos(const RunOptions& options, const RunObserver& observer) {
  options.analyzer.config.Check();
  return Runner(options, observer).Run();
}

}  // namespace mestr::internal
