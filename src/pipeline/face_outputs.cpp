#include "pipeline/face_outputs.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/csv.h"
#include "pipeline/json_values.h"
#include "results/usability_text.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

// Of a face, under the name that files use; more digits than these are noise.
struct Measure {
  const char* name;
  float FrameFace::*value;
  double digits;  // 10 keeps one decimal
};
constexpr Measure kMeasures[] = {{"yaw_deg", &FrameFace::yaw_deg, 10},
                                 {"pitch_deg", &FrameFace::pitch_deg, 10},
                                 {"roll_deg", &FrameFace::roll_deg, 10},
                                 {"width_px", &FrameFace::width_px, 10},
                                 {"sharpness", &FrameFace::sharpness, 1000},
                                 {"confidence", &FrameFace::confidence, 1000},
                                 {"right_eye_openness", &FrameFace::right_eye_openness, 1000},
                                 {"left_eye_openness", &FrameFace::left_eye_openness, 1000},
                                 {"mouth_opening_px", &FrameFace::mouth_opening_px, 100},
                                 {"head_motion_px", &FrameFace::head_motion_px, 100}};

bool WasSeen(const FrameFace& face) { return !face.box.empty(); }

double ValueOf(const FrameFace& face, const Measure& measure) {
  return std::round(face.*measure.value * measure.digits) / measure.digits;
}

template <typename ToJson>
Json OfEachFrame(const Analysis& analysis, ToJson to_json) {
  Json list = Json::array();
  for (const FrameFace& face : analysis.faces) {
    list.push_back(WasSeen(face) ? Json(to_json(face)) : Json());
  }
  return list;
}

// The header of the columns that stay empty where no face was seen.
std::vector<std::string> FaceColumns() {
  std::vector<std::string> columns = {"track", "x", "y", "width", "height"};
  for (const Measure& measure : kMeasures) columns.emplace_back(measure.name);
  return columns;
}

void AddFace(const FrameFace& face, CsvWriter& writer) {
  if (!WasSeen(face)) {
    for (std::size_t i = 0; i < FaceColumns().size(); ++i) writer.Add("");
    return;
  }
  writer.Add(face.track + 1).Add(face.box.x).Add(face.box.y);
  writer.Add(face.box.width).Add(face.box.height);
  for (const Measure& measure : kMeasures) writer.Add(ValueOf(face, measure));
}

void AddRow(const Analysis& analysis, std::size_t frame, CsvWriter& writer) {
  const FrameFace& face = analysis.faces[frame];
  writer.Add(frame + 1).Add(SixDecimals(analysis.frame_times_s.at(frame)));
  writer.Add(face.usable() ? 1 : 0).Add(face.usable() ? "" : FaceCauseText(face.cause));
  AddFace(face, writer);
  writer.EndRow();
}

}  // namespace

Json UsabilityToJson(const Analysis& analysis) {
  const auto seconds = [&](std::int64_t frames) {
    return SixDecimals(static_cast<double>(frames) / analysis.fps);
  };
  Json not_usable = Json::object();
  auto frames = FramesByCause(analysis.faces);
  const std::int64_t usable = frames[FaceCause::kNone];
  frames.erase(FaceCause::kNone);
  for (const auto& [cause, count] : frames) {
    not_usable[std::string(FaceCauseText(cause))] = seconds(count);
  }
  return {{"seconds", seconds(std::ssize(analysis.faces))},
          {"usable", seconds(usable)},
          {"not_usable", not_usable}};
}

Json StretchesToJson(const Analysis& analysis) {
  const std::vector<double>& thresholds = analysis.spotting.run_thresholds;
  std::size_t judged = 0;
  Json stretches = Json::array();
  for (const FaceTrack& stretch : analysis.stretches) {
    Json json = {{"first_frame", stretch.first_frame + 1},
                 {"last_frame", stretch.end_frame},
                 {"first_s", SixDecimals(analysis.frame_times_s.at(stretch.first_frame))},
                 {"last_s", SixDecimals(analysis.frame_times_s.at(stretch.end_frame - 1))},
                 {"box", RectToJson(stretch.box)},
                 {"confidence", stretch.confidence}};
    if (!analysis.faces.empty()) {
      json["track"] = stretch.track + 1;
      json["ended_by"] = FaceCauseText(stretch.ended_by);
      json["too_short"] = stretch.too_short;
      if (!stretch.too_short && judged < thresholds.size()) {
        json["threshold"] = thresholds[judged++];
      }
    }
    stretches.push_back(std::move(json));
  }
  return stretches;
}

Json FacesToJson(const Analysis& analysis) {
  Json usable = Json::array();
  Json cause = Json::array();
  for (const FrameFace& face : analysis.faces) {
    usable.push_back(face.usable());
    cause.push_back(face.usable() ? Json() : Json(FaceCauseText(face.cause)));
  }
  Json json = {{"usable", usable}, {"cause", cause}};
  json["track"] = OfEachFrame(analysis, [](const FrameFace& face) { return face.track + 1; });
  json["box"] = OfEachFrame(analysis, [](const FrameFace& face) {
    return Json::array({face.box.x, face.box.y, face.box.width, face.box.height});
  });
  for (const Measure& measure : kMeasures) {
    json[measure.name] =
        OfEachFrame(analysis, [&](const FrameFace& face) { return ValueOf(face, measure); });
  }
  return json;
}

std::string FramesCsv(const Analysis& analysis) {
  std::vector<std::string> header = {"frame", "time_s", "usable", "cause"};
  for (std::string& column : FaceColumns()) header.push_back(std::move(column));
  CsvWriter writer(header);
  for (std::size_t frame = 0; frame < analysis.faces.size(); ++frame) {
    AddRow(analysis, frame, writer);
    for (const Analysis& other : analysis.others) {
      if (WasSeen(other.faces.at(frame))) AddRow(other, frame, writer);
    }
  }
  return writer.text();
}

}  // namespace mestr::internal
