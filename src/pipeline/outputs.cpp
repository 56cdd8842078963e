#include "pipeline/outputs.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/core/version.hpp>
#include <system_error>

#include "mestr/core/error.h"
#include "mestr/core/files.h"
#include "mestr/core/version.h"
#include "mestr/submission/archive.h"
#include "mestr/submission/predictions.h"

namespace mestr {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVideosFolder = "videos";
constexpr const char* kRunFile = "run.json";

bool IsLeaderboardDataset(const std::string& dataset) {
  return std::find(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(), dataset) !=
         kLeaderboardDatasets.end();
}

// The double whose shortest text is that of the float: 0.1, not 0.10000000149011612.
double ShortDouble(float value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double result = 0;
  std::from_chars(text.data(), end, result);
  return result;
}

Json ShortFloats(const std::vector<float>& values) {
  Json list = Json::array();
  for (const float value : values) list.push_back(ShortDouble(value));
  return list;
}

Json RectToJson(const cv::Rect& rect) {
  return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

Json SecondsToJson(const StageSeconds& seconds) {
  return {{"decode", seconds.decode_s},
          {"align", seconds.align_s},
          {"flow", seconds.flow_s},
          {"features", seconds.features_s},
          {"network", seconds.network_s}};
}

Json FaceToJson(const StreamReport& stream) {
  Json landmarks = Json::array();
  for (const cv::Point& point : stream.face.crop_landmarks) {
    landmarks.push_back(Json::array({point.x, point.y}));
  }
  return {{"first_frame", stream.face.first_face_frame + 1},
          {"box", RectToJson(stream.face.box)},
          {"confidence", stream.face.confidence},
          {"frames_missed", stream.face.frames_missed},
          {"crop_landmarks", landmarks},
          {"eyes_roi", RectToJson(stream.rois.eyes)},
          {"mouth_roi", RectToJson(stream.rois.mouth)}};
}

Json ProbabilitiesToJson(const std::vector<float>& probabilities, std::size_t classes) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < probabilities.size(); i += classes) {
    const auto row = probabilities.begin() + static_cast<std::ptrdiff_t>(i);
    rows.push_back(ShortFloats({row, row + static_cast<std::ptrdiff_t>(classes)}));
  }
  return rows;
}

Json ModelToJson(const MeanModel& model) {
  const ModelInfo& info = model.info();
  return {{"name", info.name},
          {"version", info.version},
          {"sha256", model.sha256()},
          {"classes", info.classes},
          {"features", info.features},
          {"fps", info.fps},
          {"k", info.k_frames},
          {"k_p", info.k_p_frames},
          {"p", info.p},
          {"training_data", info.training_data},
          {"licence", info.licence}};
}

Json InputToJson(const VideoInput& input) {
  return {{"path", input.path.string()},
          {"dataset", input.dataset},
          {"subject", input.subject},
          {"video", input.video}};
}

// Microseconds, and as many digits of a score, are more than anybody can use.
double SixDecimals(double value) { return std::round(value * 1e6) / 1e6; }

// Intervals count from the first frame with a face.
std::vector<Prediction> PredictionsOf(const VideoOutcome& outcome) {
  std::vector<Prediction> predictions;
  const std::int64_t shift = outcome.stream.face.first_face_frame;
  for (const SpottedInterval& spotted : outcome.decoded.intervals) {
    Prediction prediction;
    prediction.video = {outcome.input.dataset, outcome.input.subject, outcome.input.video};
    prediction.interval = {spotted.interval.onset + shift, spotted.interval.offset + shift};
    prediction.apex = spotted.peak + shift;
    prediction.onset_s = SixDecimals(outcome.stream.frame_times_s.at(prediction.interval.onset));
    prediction.offset_s = SixDecimals(outcome.stream.frame_times_s.at(prediction.interval.offset));
    prediction.emotion = outcome.classes.at(spotted.class_index);
    prediction.probability = SixDecimals(spotted.probability);
    prediction.score = SixDecimals(spotted.score);
    predictions.push_back(std::move(prediction));
  }
  return predictions;
}

Json IntervalsToJson(const VideoOutcome& outcome) {
  Json intervals = Json::array();
  for (const Prediction& prediction : PredictionsOf(outcome)) {
    intervals.push_back({{"onset", prediction.interval.onset + 1},
                         {"peak", *prediction.apex + 1},
                         {"offset", prediction.interval.offset + 1},
                         {"onset_s", *prediction.onset_s},
                         {"offset_s", *prediction.offset_s},
                         {"emotion", prediction.emotion},
                         {"probability", *prediction.probability},
                         {"score", *prediction.score}});
  }
  return intervals;
}

void RemoveEarlierResults(const fs::path& folder) {
  std::vector<fs::path> earlier = {folder / kPredictionsFile, folder / kSubmissionFile,
                                   folder / kRunFile};
  for (const auto dataset : kLeaderboardDatasets) {
    earlier.push_back(folder / LeaderboardFileName(dataset));
  }
  const fs::path videos = folder / kVideosFolder;
  if (fs::is_directory(videos)) {
    for (const auto& entry : fs::directory_iterator(videos)) {
      if (entry.path().extension() == ".json") earlier.push_back(entry.path());
    }
  }
  for (const fs::path& path : earlier) fs::remove(path);
}

}  // namespace

void PrepareOutputFolder(const fs::path& folder) {
  try {
    fs::create_directories(folder / kVideosFolder);
    RemoveEarlierResults(folder);
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::kConfig, "cannot write to the output folder " + folder.string() + ": " +
                                        error.code().message());
  }
  // Found now and not after an hour of work.
  WriteJson(folder / kRunFile, {{"status", "running"}});
}

std::string VideoFileName(const std::string& stem) {
  return std::string(kVideosFolder) + "/" + stem + ".json";
}

Json VideoToJson(const VideoOutcome& outcome, const MeanModel& model) {
  const StreamReport& stream = outcome.stream;
  Json json;
  json["mestr"] = Version();
  json["input"] = InputToJson(outcome.input);
  json["frames"] = stream.frames;
  json["fps"] = outcome.fps;
  json["variable_frame_rate"] = stream.video.variable_frame_rate;
  json["width"] = stream.video.width;
  json["height"] = stream.video.height;
  json["k"] = outcome.parameters.k_frames;
  json["k_p"] = outcome.parameters.k_p_frames;
  json["k_origin"] = outcome.parameters.origin;
  json["model"] = {{"name", model.info().name}, {"sha256", model.sha256()}};
  json["warnings"] = outcome.warnings;
  json["seconds"] = SecondsToJson(stream.seconds);
  json["wall_seconds"] = outcome.wall_s;
  json["face"] = FaceToJson(stream);
  json["intervals"] = IntervalsToJson(outcome);
  json["threshold"] = outcome.decoded.threshold;
  json["classes"] = outcome.classes;
  json["first_scored_frame"] = stream.face.first_face_frame + 1;
  json["scores"] = ShortFloats(outcome.scores);
  json["smoothed"] = outcome.decoded.smoothed;
  json["probabilities"] = ProbabilitiesToJson(outcome.probabilities, outcome.classes.size());
  return json;
}

std::vector<fs::path> WritePredictions(const fs::path& folder,
                                       const std::vector<VideoOutcome>& videos) {
  std::map<std::string, std::vector<Prediction>> leaderboards;
  std::vector<Prediction> others;
  bool has_others = false;
  for (const VideoOutcome& outcome : videos) {
    const bool leaderboard = IsLeaderboardDataset(outcome.input.dataset);
    auto& list = leaderboard ? leaderboards[outcome.input.dataset] : others;
    has_others = has_others || !leaderboard;
    if (outcome.error) continue;
    const auto predictions = PredictionsOf(outcome);
    list.insert(list.end(), predictions.begin(), predictions.end());
  }
  std::vector<fs::path> files;
  std::vector<ArchiveEntry> entries;
  for (const auto& [dataset, predictions] : leaderboards) {
    entries.push_back({LeaderboardFileName(dataset), LeaderboardCsv(predictions)});
    files.push_back(folder / entries.back().name);
    WriteFileAtomically(files.back(), entries.back().content);
  }
  if (!entries.empty()) {
    files.push_back(folder / kSubmissionFile);
    WriteZip(files.back(), entries);
  }
  if (has_others) {
    files.push_back(folder / kPredictionsFile);
    WriteFileAtomically(files.back(), PredictionsCsv(others));
  }
  return files;
}

Json RunToJson(const RunOptions& options, const DeviceChoice& device, const ModelSet& models,
               const RunSummary& summary) {
  Json json;
  json["mestr"] = Version();
  json["status"] = "complete";
  json["wall_seconds"] = summary.wall_s;
  json["device"] = {{"flow", FlowMethodName(device.flow_method)},
                    {"network", device.model == ModelDevice::kCuda ? "cuda" : "cpu"},
                    {"reason", device.reason}};
  json["jobs"] = options.jobs;
  json["libraries"] = {{"opencv", CV_VERSION}, {"torch", TorchVersion()}};
  json["models"] = Json::array();
  for (const MeanModel* model : models.all()) json["models"].push_back(ModelToJson(*model));
  json["config"] = ConfigToJson(options.config);
  json["files"] = Json::array();
  for (const fs::path& file : summary.files) json["files"].push_back(file.filename().string());
  json["videos"] = Json::array();
  for (const VideoOutcome& outcome : summary.videos) {
    Json video = InputToJson(outcome.input);
    video["ok"] = !outcome.error;
    if (outcome.error) {
      video["error"] = *outcome.error;
    } else {
      video["file"] = outcome.file;
      video["frames"] = outcome.frames;
      video["fps"] = outcome.fps;
      video["intervals"] = outcome.decoded.intervals.size();
      video["wall_seconds"] = outcome.wall_s;
    }
    json["videos"].push_back(std::move(video));
  }
  return json;
}

void WriteJson(const fs::path& path, const Json& json) {
  // A path that is not UTF-8 must not keep the results from being written.
  WriteFileAtomically(path, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mestr
