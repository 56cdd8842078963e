#include "pipeline/outputs.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <opencv2/core/version.hpp>
#include <span>

#include "config/config_json.h"
#include "core/text.h"
#include "core/this_host.h"
#include "mestr/core/version.h"
#include "pipeline/face_outputs.h"
#include "pipeline/json_values.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

// The double whose shortest text is that of the float: 0.1, not 0.10000000149011612.
double ShortDouble(float value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double result = 0;
  std::from_chars(text.data(), end, result);
  return result;
}

Json ShortFloats(std::span<const float> values) {
  Json list = Json::array();
  for (const float value : values) list.push_back(ShortDouble(value));
  return list;
}

// One value an index, null where there is none.
template <typename ToJson>
Json ValuesOf(const ScoreTrack& scores, ToJson to_json) {
  Json list = Json::array();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    list.push_back(scores.valid[i] != 0 ? to_json(i) : Json());
  }
  return list;
}

Json SecondsToJson(const StageSeconds& seconds) {
  return {{"decode", seconds.decode_s},
          {"align", seconds.align_s},
          {"flow", seconds.flow_s},
          {"features", seconds.features_s},
          {"network", seconds.network_s}};
}

Json FaceToJson(const Analysis& analysis) {
  const FaceTrack& face = analysis.FirstJudged();
  Json landmarks = Json::array();
  for (const cv::Point& point : face.crop_landmarks) {
    landmarks.push_back(Json::array({point.x, point.y}));
  }
  Json json = {{"first_frame", face.first_frame + 1}, {"box", RectToJson(face.box)}};
  if (!analysis.windows) json["confidence"] = face.confidence;
  if (analysis.faces.empty()) json["frames_without_face"] = analysis.FramesNotJudged();
  json["crop_landmarks"] = landmarks;
  for (const Region& region : analysis.regions) {
    json[region.name + "_roi"] = RectToJson(region.box);
  }
  return json;
}

Json WindowsToJson(const AnalysedWindows& windows) {
  Json json = LayoutToJson(windows.layout);
  json["variant"] = FeaturesVariantName(windows.variant);
  json["stitch"] = StitchRuleName(windows.stitch);
  json["count"] = windows.count;
  json["without_face"] = windows.faceless;
  return json;
}

Json ModelToJson(const LoadedModel& model) {
  const ModelInfo& info = model.info;
  Json json = {{"name", info.name},
               {"version", info.version},
               {"sha256", model.sha256},
               {"classes", info.classes},
               {"features", info.features},
               {"row_shape", info.row_shape},
               {"input", info.input == NetworkInput::kPairs       ? "pairs"
                         : info.input == NetworkInput::kSequences ? "sequences"
                                                                  : "windows"},
               {"fps", info.fps},
               {"k", info.k_frames},
               {"k_p", info.k_p_frames},
               {"p", info.p},
               {"scores", info.scores == ScoreKind::kRelative ? "relative" : "probabilities"},
               {"training_data", info.training_data},
               {"licence", info.licence}};
  if (info.input != NetworkInput::kWindows) return json;
  json.erase("k");
  const Decoding& decoding = info.decoding;
  json["variant"] = FeaturesVariantName(info.variant);
  json["window"] = LayoutToJson(info.window);
  json["stitch"] = StitchRuleName(decoding.stitch);
  json["decode"] = SpotRuleName(decoding.rule);
  json["synergy"] = static_cast<int>(decoding.synergy);
  json["class_offsets"] = decoding.class_offsets;
  json["not_written"] = decoding.not_written;
  return json;
}

Json KeyToJson(const VideoKey& key) {
  return {{"dataset", key.dataset}, {"subject", key.subject}, {"video", key.video}};
}

// Most begin with where the video lies, which is the run's business.
Json WarningsOf(const VideoInput& input, const Analysis& analysis) {
  const std::string path = Printable(input.path.string()) + ": ";
  Json warnings = Json::array();
  for (const std::string& warning : analysis.warnings) {
    warnings.push_back(warning.starts_with(path) ? warning.substr(path.size()) : warning);
  }
  return warnings;
}

Json TimesOf(const Analysis& analysis) {
  Json times = Json::array();
  for (const double time_s : analysis.frame_times_s) times.push_back(SixDecimals(time_s));
  return times;
}

// Whose stretch a frame lies in; with alignment crop nobody is told apart.
std::optional<std::int64_t> TrackAt(const Analysis& analysis, std::int64_t frame) {
  if (analysis.usability.empty()) return std::nullopt;
  for (const FaceTrack& stretch : analysis.stretches) {
    if (frame >= stretch.first_frame && frame < stretch.end_frame) return stretch.track;
  }
  return std::nullopt;
}

// Scores that only compare the frames of a video are no evidence.
bool HasEvidence(const Analysis& analysis) {
  return analysis.spotting.rule == SpotRule::kProbability;
}

Json EvidenceToJson(const Evidence& evidence) {
  return {{"value", SixDecimals(evidence.value)},
          {"context", ContextText(evidence)},
          {"motion_px", SixDecimals(evidence.motion_px)},
          {"motion_to_noise", SixDecimals(evidence.motion_to_noise)},
          {"head_px_s", SixDecimals(evidence.head_px_s)},
          {"mouth_px_s", SixDecimals(evidence.mouth_px_s)},
          {"blink", evidence.blink}};
}

Json IntervalsToJson(const Analysis& analysis, const std::vector<SpottedInterval>& found) {
  Json intervals = Json::array();
  for (const SpottedInterval& spotted : found) {
    const auto& [onset, offset] = spotted.interval;
    intervals.push_back({{"onset", onset + 1},
                         {"peak", spotted.peak + 1},
                         {"offset", offset + 1},
                         {"onset_s", SixDecimals(analysis.frame_times_s.at(onset))},
                         {"offset_s", SixDecimals(analysis.frame_times_s.at(offset))},
                         {"emotion", analysis.classes.at(spotted.class_index)},
                         {"probability", SixDecimals(spotted.probability)},
                         {"score", SixDecimals(spotted.score)}});
    if (HasEvidence(analysis)) intervals.back()["evidence"] = EvidenceToJson(spotted.evidence);
    if (const auto track = TrackAt(analysis, spotted.peak)) intervals.back()["track"] = *track + 1;
  }
  return intervals;
}

// What is known of one face (or of whoever is followed).
void AddFindings(const Analysis& analysis, Json& json) {
  json["face"] = FaceToJson(analysis);
  if (!analysis.faces.empty()) json["usability"] = UsabilityToJson(analysis);
  json["stretches"] = StretchesToJson(analysis);
  json["intervals"] = IntervalsToJson(analysis, analysis.spotting.intervals);
  if (HasEvidence(analysis)) json["longer"] = IntervalsToJson(analysis, analysis.spotting.longer);
  if (analysis.windows) {
    json["decode"] = SpotRuleName(analysis.spotting.rule);
    json["not_written"] = IntervalsToJson(analysis, analysis.spotting.not_written);
  }
  json["threshold"] = analysis.spotting.threshold;
  json["classes"] = analysis.classes;
  json["first_scored_frame"] = analysis.scores.first_frame + 1;
  const ScoreTrack& scores = analysis.scores;
  if (analysis.windows) json["frame_step"] = scores.frame_step;
  json["scores"] =
      ValuesOf(scores, [&](std::size_t i) { return Json(ShortDouble(scores.spot[i])); });
  json["smoothed"] =
      ValuesOf(scores, [&](std::size_t i) { return Json(analysis.spotting.smoothed.at(i)); });
  if (!analysis.windows) {
    json["motion_px"] =
        ValuesOf(scores, [&](std::size_t i) { return Json(SixDecimals(scores.motion_px.at(i))); });
  }
  json["probabilities"] =
      ValuesOf(scores, [&](std::size_t i) { return ShortFloats(scores.ProbabilitiesAt(i)); });
  if (!analysis.faces.empty()) json["per_frame"] = FacesToJson(analysis);
}

}  // namespace

Json VideoToJson(const VideoInput& input, const Analysis& analysis) {
  Json json;
  json["mestr"] = Version();
  json["input"] = KeyToJson(input.key);
  json["frames"] = analysis.frames;
  json["fps"] = analysis.fps;
  json["variable_frame_rate"] = analysis.info.variable_frame_rate;
  json["width"] = analysis.info.width;
  json["height"] = analysis.info.height;
  if (analysis.windows) {
    json["windows"] = WindowsToJson(*analysis.windows);
  } else {
    json["k"] = analysis.parameters.k_frames;
  }
  json["k_p"] = analysis.parameters.k_p_frames;
  json["k_origin"] = analysis.parameters.origin;
  json["model"] = {{"name", analysis.model_name}, {"sha256", analysis.model_sha256}};
  json["warnings"] = WarningsOf(input, analysis);
  json["frame_times_s"] = TimesOf(analysis);
  AddFindings(analysis, json);
  for (const Analysis& other : analysis.others)
    AddFindings(other, json["other_faces"].emplace_back());
  return json;
}

Json RunHeadToJson(const RunOptions& options, const Analyzer& analyzer,
                   const std::vector<std::string>& notes, const std::vector<std::string>& files) {
  const DeviceChoice& device = analyzer.device();
  Json json;
  json["mestr"] = Version();
  json["status"] = "running";
  json["failed"] = Json::array();
  json["wall_seconds"] = 0;
  json["device"] = {{"flow", FlowMethodName(device.flow_method)},
                    {"network", device.model == ModelDevice::kCuda ? "cuda" : "cpu"},
                    {"reason", device.reason}};
  json["jobs"] = options.analyzer.jobs;
  json["libraries"] = {{"opencv", CV_VERSION}, {"torch", TorchVersion()}};
  json["models"] = Json::array();
  for (const LoadedModel& model : analyzer.models()) json["models"].push_back(ModelToJson(model));
  json["config"] = ConfigToJson(options.analyzer.config);
  json["files"] = files;
  json["notes"] = notes;
  return json;
}

Json FactsToJson(const Analysis& analysis) {
  return {{"frames", analysis.frames},
          {"fps", analysis.fps},
          {"intervals", analysis.spotting.intervals.size()},
          {"wall_seconds", analysis.wall_s},
          {"seconds", SecondsToJson(analysis.seconds)},
          {"cpu_seconds", SecondsToJson(analysis.cpu_seconds)},
          {"host", ThisHost()}};
}

}  // namespace mestr::internal
