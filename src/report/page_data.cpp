#include "report/page_data.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/number_text.h"
#include "report/face_now.h"
#include "report/packed_series.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

Json RunsToJson(const std::vector<CauseRun>& runs) {
  Json list = Json::array();
  for (const CauseRun& run : runs) {
    list.push_back({run.frames.onset + 1, run.frames.offset + 1, FaceCauseText(run.cause)});
  }
  return list;
}

// Seconds by cause.
Json NotUsableToJson(const std::vector<CauseRun>& runs, double fps) {
  std::map<FaceCause, std::int64_t> frames;
  for (const CauseRun& run : runs) frames[run.cause] += run.frames.LengthFrames();
  Json json = Json::object();
  for (const auto& [cause, count] : frames) {
    json[std::string(FaceCauseText(cause))] = SixDecimals(static_cast<double>(count) / fps);
  }
  return json;
}

// Empty where frame i is shown at i / fps.
Json OwnTimes(const VideoResults& video) {
  bool is_even = true;
  for (std::size_t i = 0; i < video.frame_times_s.size(); ++i) {
    const double even_s = static_cast<double>(i) / video.fps;
    is_even = is_even && std::abs(video.frame_times_s[i] - even_s) < kSameTime_s;
  }
  return is_even ? Json() : Json(video.frame_times_s);
}

Json ScoresToJson(const FaceResults& face) {
  const ScoreTrack& track = face.scores;
  const std::vector<double> spot(track.spot.begin(), track.spot.end());
  Json json = {{"first", track.first_frame + 1},
               {"step", track.frame_step},
               {"count", track.size()},
               {"score", PackedSeries(spot, track.valid)}};
  if (face.smoothed != spot) json["smoothed"] = PackedSeries(face.smoothed, track.valid);
  if (!track.motion_px.empty()) {
    json["motion_px"] = PackedSeries(
        std::vector<double>(track.motion_px.begin(), track.motion_px.end()), track.valid);
  }
  json["probabilities"] = Json::array();
  std::vector<double> of_class(track.size());
  for (int c = 0; c < track.classes; ++c) {
    for (std::size_t i = 0; i < track.size(); ++i) of_class[i] = track.ProbabilitiesAt(i)[c];
    json["probabilities"].push_back(PackedShares(of_class, track.valid));
  }
  return json;
}

Json FaceToJson(const FaceResults& face, std::int64_t frames) {
  Json json = ScoresToJson(face);
  json["threshold"] = face.threshold;
  json["stretches"] = Json::array();
  for (const FoundStretch& stretch : face.stretches) {
    json["stretches"].push_back({{"first", stretch.frames.onset + 1},
                                 {"last", stretch.frames.offset + 1},
                                 {"threshold", stretch.threshold.value_or(face.threshold)},
                                 {"too_short", stretch.too_short}});
  }
  json["unusable"] = RunsToJson(UnusableRuns(face, frames));
  return json;
}

// The mean of each class over the frames of the interval that have scores; empty without any.
Json MeanProbabilities(const ScoreTrack& track, const Interval& interval) {
  std::vector<double> sums(static_cast<std::size_t>(track.classes), 0);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < track.size(); ++i) {
    const std::int64_t frame = track.FrameOf(static_cast<std::int64_t>(i));
    if (track.valid[i] == 0 || frame < interval.onset || frame > interval.offset) continue;
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += track.ProbabilitiesAt(i)[c];
    ++count;
  }
  if (count == 0) return Json::array();
  for (double& sum : sums) sum = SixDecimals(sum / static_cast<double>(count));
  return sums;
}

Json FramesToJson(const VideoResults& video, const Interval& interval,
                  std::optional<std::int64_t> apex) {
  const auto time = [&](std::int64_t frame) {
    return Json(SixDecimals(video.frame_times_s[static_cast<std::size_t>(frame)]));
  };
  return {{"onset", interval.onset + 1},           {"apex", apex ? Json(*apex + 1) : Json()},
          {"offset", interval.offset + 1},         {"onset_s", time(interval.onset)},
          {"apex_s", apex ? time(*apex) : Json()}, {"offset_s", time(interval.offset)}};
}

Json IntervalToJson(const VideoResults& video, std::size_t face, const FoundInterval& found,
                    const char* kind) {
  Json json = {{"kind", kind}, {"face", face}};
  json.update(FramesToJson(video, found.interval, found.peak));
  json["emotion"] = found.emotion;
  json["probability"] = found.probability;
  json["score"] = found.score;
  json["classes"] = MeanProbabilities(video.faces[face].scores, found.interval);
  if (found.track) json["track"] = *found.track + 1;
  if (!found.evidence) return json;
  const Evidence& evidence = *found.evidence;
  json["evidence"] = evidence.value;
  json["context"] = ContextText(evidence);
  json["motion_px"] = evidence.motion_px;
  json["motion_to_noise"] = evidence.motion_to_noise;
  json["head_px_s"] = evidence.head_px_s;
  json["mouth_px_s"] = evidence.mouth_px_s;
  return json;
}

void AddRows(const VideoResults& video, std::size_t face, const std::vector<FoundInterval>& found,
             const char* kind, Json& rows) {
  for (const FoundInterval& one : found) rows.push_back(IntervalToJson(video, face, one, kind));
}

Json LabelToJson(const VideoResults& video, const Label& label) {
  Json json = FramesToJson(video, label.interval, label.apex);
  json["emotion"] = label.emotion;
  return json;
}

const char* VerdictOf(const JudgedVideo& judged, std::size_t label) {
  if (judged.labels[label].type == ExpressionType::kMacro) return "not scored";
  return judged.is_hit[label] ? "hit" : "miss";
}

// The first rows are the finds, in the order of faces and intervals.
void AddVerdicts(const VideoResults& video, const JudgedVideo& judged, Json& rows) {
  std::vector<std::size_t> first_row;  // of each face
  std::size_t row = 0;
  for (const FaceResults& face : video.faces) {
    first_row.push_back(row);
    row += face.intervals.size();
  }
  for (const JudgedFind& find : judged.finds) {
    Json& json = rows[first_row[find.face] + find.interval];
    json["verdict"] = find.label ? "hit" : "false alarm";
    if (!find.label) continue;
    json["label"] = LabelToJson(video, judged.labels[*find.label]);
    json["label"]["iou"] = SixDecimals(find.iou);
  }
  for (std::size_t i = 0; i < judged.labels.size(); ++i) {
    if (std::string_view(VerdictOf(judged, i)) != "miss") continue;
    Json json = {{"kind", "miss"}, {"verdict", "miss"}};
    json.update(LabelToJson(video, judged.labels[i]));
    rows.push_back(std::move(json));
  }
}

Json LabelsToJson(const VideoResults& video, const JudgedVideo& judged) {
  Json list = Json::array();
  for (std::size_t i = 0; i < judged.labels.size(); ++i) {
    list.push_back(LabelToJson(video, judged.labels[i]));
    list.back()["verdict"] = VerdictOf(judged, i);
  }
  return list;
}

Json NameToJson(const VideoInput& input) {
  return {{"path", input.path.string()},
          {"dataset", input.key.dataset},
          {"subject", input.key.subject},
          {"name", input.key.video}};
}

std::int64_t CountOf(const Json& rows, const char* key, const char* value) {
  return std::count_if(rows.begin(), rows.end(), [&](const Json& row) {
    const auto found = row.find(key);
    return found != row.end() && *found == value;
  });
}

Json SummaryOf(const VideoResults& video, bool is_judged, const Json& rows) {
  const std::vector<CauseRun> runs = UnusableRuns(video.faces.front(), video.frames);
  Json json = NameToJson(video.input);
  json["frames"] = video.frames;
  json["fps"] = video.fps;
  json["seconds"] = SixDecimals(static_cast<double>(video.frames) / video.fps);
  json["unusable"] = RunsToJson(runs);
  json["not_usable_s"] = NotUsableToJson(runs, video.fps);
  json["found"] = CountOf(rows, "kind", "find");
  json["warnings"] = video.warnings;
  if (!is_judged) return json;
  json["hits"] = CountOf(rows, "verdict", "hit");
  json["false_alarms"] = CountOf(rows, "verdict", "false alarm");
  json["misses"] = CountOf(rows, "verdict", "miss");
  return json;
}

}  // namespace

VideoData DataOf(const VideoResults& video, const std::optional<JudgedVideo>& judged) {
  VideoData data;
  data.rows = Json::array();
  for (std::size_t f = 0; f < video.faces.size(); ++f) {
    AddRows(video, f, video.faces[f].intervals, "find", data.rows);
  }
  for (std::size_t f = 0; f < video.faces.size(); ++f) {
    AddRows(video, f, video.faces[f].longer, "longer", data.rows);
    AddRows(video, f, video.faces[f].not_written, "not written", data.rows);
  }
  if (judged) AddVerdicts(video, *judged, data.rows);
  data.summary = SummaryOf(video, judged.has_value(), data.rows);
  Json& view = data.view;
  view["width"] = video.width;
  view["height"] = video.height;
  view["times"] = OwnTimes(video);
  view["model"] = video.model;
  view["k_origin"] = video.k_origin;
  view["k"] = video.k_frames ? Json(*video.k_frames) : Json();
  view["k_p"] = video.k_p_frames;
  view["classes"] = video.classes;
  view["probable"] = video.scores_are_probabilities;
  view["faces"] = Json::array();
  for (const FaceResults& face : video.faces)
    view["faces"].push_back(FaceToJson(face, video.frames));
  if (judged) view["labels"] = LabelsToJson(video, *judged);
  return data;
}

Json SummaryOfFailed(const RunVideo& video, std::optional<std::int64_t> misses) {
  Json json = NameToJson(video.input);
  json["error"] = *video.error;
  if (!misses) return json;
  json["hits"] = 0;
  json["false_alarms"] = 0;
  json["misses"] = *misses;
  return json;
}

Json RunData(const RunResults& run) {
  Json json = {{"mestr", run.mestr},
               {"wall_s", run.wall_s},
               {"device", run.device},
               {"models", run.models},
               {"notes", run.notes}};
  if (run.error) json["error"] = *run.error;
  return json;
}

}  // namespace mestr::internal
