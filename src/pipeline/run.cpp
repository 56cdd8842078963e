#include "pipeline/run.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>

#include "config/input_options.h"
#include "core/cost.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/submission/records.h"
#include "pipeline/face_outputs.h"
#include "pipeline/frame_reader.h"
#include "pipeline/outputs.h"
#include "pipeline/run_record.h"
#include "pipeline/tell.h"
#include "pipeline/window_fit.h"
#include "results/input_state.h"
#include "results/prediction_files.h"
#include "results/results_folder.h"
#include "results/run_identity.h"
#include "video/input_shard.h"

namespace mestr::internal {
namespace {

using Json = RunRecord::Json;

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

ShardRange RangeOf(const RunOptions& options, const std::vector<VideoInput>& videos) {
  return options.shard ? RangeOf(*options.shard, videos) : ShardRange{0, videos.size()};
}

// Two shards of one run have the same count, videos and inputs.
Json ShardToJson(const Shard& shard, const ShardRange& range,
                 const std::vector<VideoInput>& videos) {
  std::string names;
  for (const VideoInput& video : videos) {
    for (const std::string& part : {video.key.dataset, video.key.subject, video.key.video}) {
      names += part + '\0';
    }
  }
  return {{"index", shard.index},
          {"count", shard.count},
          {"videos", videos.size()},
          {"inputs", HashText(names)},
          {"first_video", range.first + 1}};
}

class Runner : VideoWork {
 public:
  Runner(const RunOptions& options, const RunObserver& observer)
      : options_(options),
        observer_(observer),
        inputs_(InputsOf(options)),
        range_(RangeOf(options, inputs_.videos)),
        videos_(PartOf(inputs_.videos, range_)),
        files_(PartOf(VideoFilesOf(inputs_.videos), range_)),
        folder_(options.output, kResultsFolder, options.overwrite),
        analyzer_(options.analyzer),
        record_(Begin()),
        outcomes_(videos_.size()) {
    summary_.notes = inputs_.notes;
  }

  RunSummary Run() {
    TakeEarlier();
    for (const std::string& note : inputs_.notes) Tell(observer_.on_warning, note);
    if (!folder_.lock_note().empty()) Tell(observer_.on_warning, folder_.lock_note());
    Tell(observer_.on_info, analyzer_.device().reason);
    try {
      ProcessAll();
    } catch (const std::exception& error) {
      KeepFinished(error.what());
      throw;
    }
    TakeOutcomes();
    if (folder_.HoldsWhatIsReplaced()) {
      Tell(observer_.on_warning,
           "no video succeeded: the earlier results in " + folder_.path().string() + " stay");
    } else {
      WriteResults("");
      TellWhereNothingWasToDo();
    }
    return std::move(summary_);
  }

 private:
  bool HasFramesFiles() const {
    return options_.analyzer.config.face.alignment == AlignmentMode::kSimilarity;
  }

  std::vector<std::string> FramesFiles() const {
    std::vector<std::string> files;
    if (!HasFramesFiles()) return files;
    for (const std::string& file : files_) files.push_back(FramesFileOf(file));
    return files;
  }

  // Of all videos together.
  std::vector<std::string> CommonFiles() const {
    std::vector<std::string> files = PredictionFilesOf(inputs_.videos);
    files.emplace_back(kRunFile);
    return files;
  }

  // Every network is loaded before the first video: what is wrong with one is told at once, and the
  // shards of a run have the same.
  RunRecord Begin() {
    std::vector<std::string> all = CommonFiles();
    const std::vector<std::string> frames_files = FramesFiles();
    all.insert(all.end(), files_.begin(), files_.end());
    all.insert(all.end(), frames_files.begin(), frames_files.end());
    if (options_.report) all.emplace_back(kReportFile);
    folder_.RefuseWhatIsInTheWay(all);
    for (const VideoInput& input : inputs_.videos) analyzer_.LoadModel(input.key);
    Json head = RunHeadToJson(options_, analyzer_, inputs_.notes, CommonFiles());
    if (options_.shard) head["shard"] = ShardToJson(*options_.shard, range_, inputs_.videos);
    return {std::move(head), videos_, files_, frames_files};
  }

  void TakeEarlier() {
    const Json running = record_.Running();
    RequireSameRun(folder_, running);
    if (folder_.Earlier() != nullptr) {
      const std::size_t taken = record_.TakeEarlier(*folder_.Earlier());
      recorded_ = taken;
      if (taken > 0) {
        Tell(observer_.on_info, "goes on in " + folder_.path().string() + ": results of " +
                                    std::to_string(taken) + " of " +
                                    Counted(std::ssize(videos_), "video") + " are there");
      }
    }
    if (!folder_.HoldsWhatIsReplaced()) folder_.Write(record_.Running());
  }

  void TellWhereNothingWasToDo() const {
    const auto& videos = summary_.videos;
    const bool all_resumed = std::all_of(videos.begin(), videos.end(),
                                         [](const VideoOutcome& video) { return video.resumed; });
    if (videos.empty() || !all_resumed) return;
    Tell(observer_.on_info, "the results in " + folder_.path().string() +
                                " were complete, nothing had changed; --overwrite begins anew");
  }

  void ProcessAll() {
    Cost total;
    {
      const ScopedCost cost(total);
      ForEachVideo(videos_, observer_, ResourcesOf(analyzer_), MostAtOnce(), *this);
    }
    summary_.wall_s = total.wall_s;
    record_.AddWall_s(total.wall_s);
  }

  // Published code stitches the windows of a subject's videos one after another.
  std::size_t MostAtOnce() {
    const std::vector<LoadedModel> models = analyzer_.models();
    const bool is_published =
        std::any_of(models.begin(), models.end(), [this](const LoadedModel& model) {
          return model.info.input == NetworkInput::kWindows &&
                 DecodingFor(options_.analyzer.config, model.info).stitch == StitchRule::kPublished;
        });
    return is_published ? 1 : ResourcesOf(analyzer_).most_videos();
  }

  // Of one of videos_.
  std::size_t IndexOf(const VideoInput& input) const {
    return static_cast<std::size_t>(&input - videos_.data());
  }

  void Process(const VideoInput& input, const AnalysisObserver& observer,
               const std::stop_token& stop) override {
    const std::size_t index = IndexOf(input);
    // Before its frames are read: what changes meanwhile is seen by the next call.
    const Json made_from = MadeFrom(input);
    VideoOutcome outcome{.input = input, .file = files_[index]};
    if (HasFramesFiles()) outcome.frames_file = FramesFileOf(outcome.file);
    if (!TakeResults(index, made_from, observer, outcome)) {
      Analyze(index, made_from, observer, stop, outcome);
    }
    const std::lock_guard lock(mutex_);
    outcomes_[index] = std::move(outcome);
  }

  void Report(const VideoInput& input) override {
    Tell(observer_.on_outcome, *outcomes_[IndexOf(input)]);
  }

  void TakeOutcomes() {
    for (std::optional<VideoOutcome>& outcome : outcomes_) {
      if (outcome) summary_.videos.push_back(std::move(*outcome));
    }
  }

  // False where they are to be computed: there are none of an earlier call, or they do not hold.
  bool TakeResults(std::size_t index, const Json& made_from, const AnalysisObserver& observer,
                   VideoOutcome& outcome) {
    if (!record_.HasResultsOf(index)) return false;
    std::string change = ChangeOf(record_.MadeFromOf(index), made_from);
    if (change.empty()) change = ReadResults(outcome, record_.EntryOf(index));
    if (change.empty()) {
      outcome.resumed = true;
      const std::lock_guard lock(mutex_);
      record_.KeepResults(index);
      return true;
    }
    if (!Exists(outcome.input.path)) (void)OpenInput(outcome.input);  // says so
    Tell(observer.on_warning, outcome.input.path.string() + ": " + change + ": computed again");
    return false;
  }

  // Why an earlier call's results are none; empty: they are.
  std::string ReadResults(VideoOutcome& outcome, const Json& entry) const {
    if (!outcome.frames_file.empty() && !Exists(folder_.path() / outcome.frames_file)) {
      return "not all of its results are there";
    }
    try {
      outcome.results = ReadFindsOf(outcome);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInput) throw;
      return "its results are not there, or damaged";
    }
    const Json wall_s = entry.value("wall_seconds", Json());
    if (wall_s.is_number()) outcome.results.wall_s = wall_s.get<double>();
    return "";
  }

  VideoResults ReadFindsOf(const VideoOutcome& outcome) const {
    const VideoInput as_in_record = {
        .path = outcome.input.path, .key = AsInRecord(outcome.input.key), .fps = outcome.input.fps};
    return ReadFinds(folder_.path(), {.input = as_in_record,
                                      .error = {},
                                      .file = outcome.file,
                                      .frames_file = outcome.frames_file,
                                      .input_bytes = {},
                                      .wall_s = outcome.analysis.wall_s});
  }

  void Analyze(std::size_t index, const Json& made_from, const AnalysisObserver& observer,
               const std::stop_token& stop, VideoOutcome& outcome) {
    const VideoInput& input = outcome.input;
    CheckLeaderboardClasses(analyzer_.LoadModel(input.key), input.key.dataset);
    const auto source = OpenInput(input, options_.analyzer.config.video, ResourcesOf(analyzer_));
    outcome.analysis = analyzer_.Analyze(*source, input.key, observer, stop);
    ReplaceEarlier();
    WriteRecord(folder_.path() / outcome.file, VideoToJson(input, outcome.analysis));
    if (!outcome.frames_file.empty()) {
      WriteFileAtomically(folder_.path() / outcome.frames_file, FramesCsv(outcome.analysis));
    }
    outcome.results = ReadFindsOf(outcome);
    Json facts = FactsToJson(outcome.analysis);
    facts["made_from"] = made_from;
    DropValues(outcome.analysis);
    const std::lock_guard lock(mutex_);
    record_.SetResults(index, facts);
    folder_.Write(record_.Running());
    ++recorded_;
  }

  // Now that there is something new.
  void ReplaceEarlier() {
    const std::lock_guard lock(mutex_);
    if (folder_.HoldsWhatIsReplaced()) folder_.Write(record_.Running());
  }

  void Fail(const VideoInput& input, const std::string& why) override {
    const std::size_t index = IndexOf(input);
    const std::lock_guard lock(mutex_);
    const bool is_away = record_.HasResultsOf(index) && !Exists(input.path);
    record_.SetFailed(index, why, is_away);
    if (!folder_.HoldsWhatIsReplaced()) folder_.Write(record_.Running());
    outcomes_[index] = {.input = input, .error = why};
  }

  // What has a value an index or a frame is in the video's files.
  static void DropValues(Analysis& analysis) {
    analysis.scores = {};
    analysis.spotting.smoothed = {};
    analysis.faces = {};
    for (Analysis& other : analysis.others) DropValues(other);
  }

  // `end`: why the run ends before its last video; empty: it does not.
  void WriteResults(const std::string& end) {
    std::vector<VideoResults> results;
    for (const VideoOutcome& outcome : summary_.videos) {
      if (!outcome.error) results.push_back(outcome.results);
    }
    for (const std::string& file : WritePredictions(folder_.path(), inputs_.videos, results)) {
      summary_.files.push_back(folder_.path() / file);
    }
    summary_.files.push_back(folder_.RecordPath());
    folder_.Write(record_.Ended(end));
  }

  // Hours of work must not be lost to what ends a run: a full disk, a device that is gone.
  void KeepFinished(const std::string& end) {
    if (recorded_ == 0) return;
    TakeOutcomes();
    const std::string finished = std::to_string(record_.finished()) + " of " +
                                 Counted(std::ssize(videos_), "video") + " finished before";
    try {
      WriteResults(end);
      Tell(observer_.on_warning, "the run ends early; " + finished + ", with results in " +
                                     folder_.path().string() + ": the same command goes on there");
    } catch (const Error& error) {
      Tell(observer_.on_warning, "the run ends early; " + finished + ", each with its file in " +
                                     (folder_.path() / kVideosFolder).string() +
                                     ", but not all of the results: " + error.what());
    }
  }

  const RunOptions& options_;
  const RunObserver& observer_;
  ResolvedInputs inputs_;
  ShardRange range_;
  std::vector<VideoInput> videos_;  // of the inputs, those that are this call's
  std::vector<std::string> files_;  // of each
  WorkFolder folder_;
  Analyzer analyzer_;
  std::mutex mutex_;  // of the folder's record and all below, while videos are on their way
  RunRecord record_;
  std::size_t recorded_ = 0;                           // videos whose results run.json tells
  std::vector<std::optional<VideoOutcome>> outcomes_;  // of each video, once it is through
  RunSummary summary_;
};

}  // namespace

RunSummary RunVideos(const RunOptions& options, const RunObserver& observer) {
  options.analyzer.config.Check();
  return Runner(options, observer).Run();
}

}  // namespace mestr::internal
