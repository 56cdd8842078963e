#include "python/analysis_dict.h"

#include <pybind11/stl.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "python/arrays.h"

namespace mestr::internal {
namespace {

namespace py = pybind11;

// NaN at an index without a value.
template <typename T>
py::array WhereValid(const ScoreTrack& scores, const std::vector<T>& values, int width = 0) {
  const auto columns = static_cast<std::size_t>(width == 0 ? 1 : width);
  std::vector<T> shown(scores.size() * columns, std::numeric_limits<T>::quiet_NaN());
  for (std::size_t i = 0; i < scores.size() && !values.empty(); ++i) {
    if (scores.valid[i] == 0) continue;
    for (std::size_t c = 0; c < columns; ++c) shown[i * columns + c] = values[i * columns + c];
  }
  std::vector<py::ssize_t> shape = {static_cast<py::ssize_t>(scores.size())};
  if (width != 0) shape.push_back(width);
  return ArrayOf(std::move(shown), std::move(shape));
}

template <typename Items, typename Predicate>
py::object BoolsOf(const Items& items, const Predicate& predicate) {
  return ArrayOfEach<std::uint8_t>(items, predicate).attr("view")("bool");
}

void AddScores(const Analysis& analysis, py::dict& dict) {
  const ScoreTrack& scores = analysis.scores;
  std::vector<std::int64_t> frames;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    frames.push_back(scores.FrameOf(static_cast<std::int64_t>(i)));
  }
  dict["score_frames"] = ArrayOf(std::move(frames));
  dict["scores"] = WhereValid(scores, scores.spot);
  dict["smoothed"] = WhereValid(scores, analysis.spotting.smoothed);
  dict["probabilities"] = WhereValid(scores, scores.probabilities, scores.classes);
  dict["motion_px"] = WhereValid(scores, scores.motion_px);
  dict["valid"] = BoolsOf(scores.valid, [](std::uint8_t valid) { return valid != 0; });
  dict["threshold"] = analysis.spotting.threshold;
  dict["run_thresholds"] = ArrayOf(std::vector<double>(analysis.spotting.run_thresholds));
}

// Whose stretch a frame lies in; with alignment crop nobody is told apart.
py::object TrackAt(const Analysis& analysis, std::int64_t frame) {
  if (!analysis.faces.empty()) {
    for (const FaceTrack& stretch : analysis.stretches) {
      if (frame >= stretch.first_frame && frame < stretch.end_frame) return py::int_(stretch.track);
    }
  }
  return py::none();
}

py::list Intervals(const Analysis& analysis, const std::vector<SpottedInterval>& found) {
  const bool has_evidence = analysis.spotting.rule == SpotRule::kProbability;
  const auto time_of = [&](std::int64_t frame) {
    return analysis.frame_times_s.at(static_cast<std::size_t>(frame));
  };
  py::list list;
  for (const SpottedInterval& spotted : found) {
    const Evidence& evidence = spotted.evidence;
    py::dict row;
    row["onset"] = spotted.interval.onset;
    row["apex"] = spotted.peak;
    row["offset"] = spotted.interval.offset;
    row["onset_s"] = time_of(spotted.interval.onset);
    row["offset_s"] = time_of(spotted.interval.offset);
    row["emotion"] = analysis.classes.at(static_cast<std::size_t>(spotted.class_index));
    row["probability"] = spotted.probability;
    row["score"] = spotted.score;
    row["evidence"] = has_evidence ? py::object(py::float_(evidence.value)) : py::none();
    row["context"] = has_evidence ? ContextText(evidence) : "";
    row["track"] = TrackAt(analysis, spotted.peak);
    list.append(row);
  }
  return list;
}

py::tuple BoxOf(const cv::Rect& box) { return py::make_tuple(box.x, box.y, box.width, box.height); }

py::list Stretches(const Analysis& analysis) {
  py::list list;
  for (const FaceTrack& stretch : analysis.stretches) {
    std::vector<std::int32_t> points;
    for (const cv::Point& point : stretch.crop_landmarks) {
      points.insert(points.end(), {point.x, point.y});
    }
    py::dict row;
    row["first_frame"] = stretch.first_frame;
    row["end_frame"] = stretch.end_frame;
    row["box"] = BoxOf(stretch.box);
    row["crop_box"] = BoxOf(stretch.crop_box);
    row["confidence"] = stretch.confidence;
    row["crop_landmarks"] =
        ArrayOf(std::move(points), {static_cast<py::ssize_t>(stretch.crop_landmarks.size()), 2});
    row["track"] = stretch.track;
    row["ended_by"] = std::string(FaceCauseText(stretch.ended_by));
    row["too_short"] = stretch.too_short;
    list.append(row);
  }
  return list;
}

py::array Boxes(const std::vector<FrameFace>& faces) {
  std::vector<std::int32_t> values;
  for (const FrameFace& face : faces) {
    values.insert(values.end(), {face.box.x, face.box.y, face.box.width, face.box.height});
  }
  return ArrayOf(std::move(values), {static_cast<py::ssize_t>(faces.size()), 4});
}

py::array LandmarksOf(const std::vector<FrameFace>& faces) {
  std::vector<std::int16_t> values;
  for (const FrameFace& face : faces) {
    for (const auto& point : face.landmarks) values.insert(values.end(), {point.x, point.y});
  }
  constexpr py::ssize_t kPoints = std::tuple_size_v<decltype(FrameFace::landmarks)>;
  return ArrayOf(std::move(values), {static_cast<py::ssize_t>(faces.size()), kPoints, 2});
}

// NaN where no face was seen.
py::array MeasureOf(const std::vector<FrameFace>& faces, float FrameFace::*measure) {
  return ArrayOfEach<float>(faces, [&](const FrameFace& face) {
    return face.track < 0 ? std::numeric_limits<float>::quiet_NaN() : face.*measure;
  });
}

py::object Faces(const std::vector<FrameFace>& faces) {
  if (faces.empty()) return py::none();
  py::list causes;
  for (const FrameFace& face : faces) {
    causes.append(face.usable() ? std::string() : std::string(FaceCauseText(face.cause)));
  }
  py::dict dict;
  dict["usable"] = BoolsOf(faces, [](const FrameFace& face) { return face.usable(); });
  dict["cause"] = py::module_::import("numpy").attr("array")(causes);
  dict["track"] =
      ArrayOfEach<std::int32_t>(faces, [](const FrameFace& face) { return face.track; });
  dict["box"] = Boxes(faces);
  dict["landmarks"] = LandmarksOf(faces);
  dict["yaw_deg"] = MeasureOf(faces, &FrameFace::yaw_deg);
  dict["pitch_deg"] = MeasureOf(faces, &FrameFace::pitch_deg);
  dict["roll_deg"] = MeasureOf(faces, &FrameFace::roll_deg);
  dict["width_px"] = MeasureOf(faces, &FrameFace::width_px);
  dict["sharpness"] = MeasureOf(faces, &FrameFace::sharpness);
  dict["confidence"] = MeasureOf(faces, &FrameFace::confidence);
  dict["right_eye_openness"] = MeasureOf(faces, &FrameFace::right_eye_openness);
  dict["left_eye_openness"] = MeasureOf(faces, &FrameFace::left_eye_openness);
  dict["mouth_opening_px"] = MeasureOf(faces, &FrameFace::mouth_opening_px);
  dict["head_motion_px"] = MeasureOf(faces, &FrameFace::head_motion_px);
  return dict;
}

void AddVideo(const Analysis& analysis, py::dict& dict) {
  dict["dataset"] = analysis.video.dataset;
  dict["subject"] = analysis.video.subject;
  dict["video"] = analysis.video.video;
  dict["frames"] = analysis.frames;
  dict["fps"] = analysis.fps;
  dict["variable_frame_rate"] = analysis.info.variable_frame_rate;
  dict["width"] = analysis.info.width;
  dict["height"] = analysis.info.height;
  dict["times"] = ArrayOf(std::vector<double>(analysis.frame_times_s));
  dict["k_frames"] = analysis.parameters.k_frames;
  dict["k_p_frames"] = analysis.parameters.k_p_frames;
  dict["k_origin"] = analysis.parameters.origin;
  dict["model"] = analysis.model_name;
  dict["model_sha256"] = analysis.model_sha256;
  dict["classes"] = analysis.classes;
  dict["warnings"] = analysis.warnings;
}

}  // namespace

py::dict AnalysisToDict(const Analysis& analysis) {
  py::dict dict;
  AddVideo(analysis, dict);
  AddScores(analysis, dict);
  dict["intervals"] = Intervals(analysis, analysis.spotting.intervals);
  dict["longer"] = Intervals(analysis, analysis.spotting.longer);
  dict["not_written"] = Intervals(analysis, analysis.spotting.not_written);
  dict["stretches"] = Stretches(analysis);
  dict["usability"] = analysis.usability;
  dict["faces"] = Faces(analysis.faces);
  py::list others;
  for (const Analysis& other : analysis.others) others.append(AnalysisToDict(other));
  dict["others"] = others;
  return dict;
}

}  // namespace mestr::internal
