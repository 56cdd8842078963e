#include "results/made_results.h"

#include <nlohmann/json.hpp>

#include "core/record_file.h"
#include "pipeline/outputs.h"

namespace mestr::testing {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kFrames = 90;

SpottedInterval Spotted(std::int64_t onset, std::int64_t peak, std::int64_t offset, int emotion) {
  return {.interval = {onset, offset},
          .peak = peak,
          .score = 0.9,
          .class_index = emotion,
          .probability = 0.8,
          .evidence = {.value = 0.7, .motion_px = 1.5, .motion_to_noise = 4, .blink = true}};
}

FaceTrack Stretch(std::int64_t first_frame, std::int64_t end_frame, FaceCause ended_by) {
  FaceTrack stretch;
  stretch.first_frame = first_frame;
  stretch.end_frame = end_frame;
  stretch.box = {100, 50, 200, 200};
  stretch.ended_by = ended_by;
  return stretch;
}

bool IsHidden(std::int64_t frame) { return frame >= 40 && frame < 50; }

void AddFrame(std::int64_t frame, Analysis& analysis) {
  analysis.frame_times_s.push_back(static_cast<double>(frame) / 30);
  FrameFace face;
  face.cause = IsHidden(frame) ? FaceCause::kNoFace : FaceCause::kNone;
  if (!IsHidden(frame)) {
    face.track = 0;
    face.box = {100 + static_cast<int>(frame), 50, 200, 200};
  }
  analysis.faces.push_back(face);
}

void AddScores(Analysis& analysis) {
  ScoreTrack& scores = analysis.scores;
  scores.classes = 2;
  scores.frames = kFrames;
  scores.PadTo(kFrames - 3);
  scores.motion_px.resize(scores.size(), 0.5F);
  analysis.spotting.smoothed.resize(scores.size(), 0);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores.valid[i] = IsHidden(static_cast<std::int64_t>(i)) ? 0 : 1;
    if (scores.valid[i] == 0) continue;
    scores.spot[i] = static_cast<float>(i % 16) / 16;
    scores.probabilities[2 * i] = 0.25F;
    scores.probabilities[2 * i + 1] = 0.75F;
    analysis.spotting.smoothed[i] = 0.5;
  }
}

}  // namespace

Analysis MadeAnalysis() {
  Analysis analysis;
  analysis.info.width = 640;
  analysis.info.height = 480;
  analysis.fps = 30;
  analysis.frames = kFrames;
  for (std::int64_t frame = 0; frame < kFrames; ++frame) AddFrame(frame, analysis);
  analysis.stretches = {Stretch(0, 40, FaceCause::kNoFace),
                        Stretch(50, kFrames, FaceCause::kVideoEnd)};
  analysis.usability = "usable 2.7 of 3.0 s; not: no face 0.3 s";
  analysis.parameters = {.k_frames = 3, .k_p_frames = 5, .origin = "the model made"};
  analysis.model_name = "made";
  analysis.classes = {"negative", "positive"};
  analysis.warnings = {"the light flickers"};
  AddScores(analysis);
  analysis.spotting.rule = SpotRule::kProbability;
  analysis.spotting.threshold = 0.4;
  analysis.spotting.run_thresholds = {0.5, 0.4};
  analysis.spotting.intervals = {Spotted(10, 12, 14, 0), Spotted(60, 63, 66, 1)};
  analysis.spotting.longer = {Spotted(20, 30, 39, 0)};
  return analysis;
}

Json MadeEntry(const std::string& video, const std::string& error) {
  Json entry = {{"path", "clips/" + video + ".mp4"},
                {"dataset", ""},
                {"subject", ""},
                {"video", video},
                {"ok", error.empty()}};
  if (error.empty()) {
    entry["file"] = "videos/" + video + ".json";
    entry["wall_seconds"] = 2.5;
  } else {
    entry["error"] = error;
  }
  return entry;
}

Json MadeRun(const std::vector<Json>& entries) {
  return {
      {"mestr", "0.1.0"},
      {"status", "complete"},
      {"wall_seconds", 1.5},
      {"device", {{"reason", "device: cpu"}}},
      {"models", {{{"name", "made"}}}},
      {"config",
       {{"video", {{"most_megapixels", 12.5}, {"deinterlace", false}, {"keep_damaged", true}}}}},
      {"files", {"predictions.csv", "run.json"}},
      {"notes", {"1 image was left out"}},
      {"videos", entries}};
}

Json MadeVideo(const std::string& video, const Analysis& analysis) {
  return internal::VideoToJson({"clips/" + video + ".mp4", {"", "", video}, {}}, analysis);
}

void WriteMadeResults(const fs::path& folder) {
  internal::WriteRecord(folder / "run.json", MadeRun({MadeEntry("a")}));
  internal::WriteRecord(folder / "videos/a.json", MadeVideo("a", MadeAnalysis()));
}

}  // namespace mestr::testing
