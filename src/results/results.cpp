#include "results/results.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <string_view>

#include "core/files.h"
#include "core/limits.h"
#include "core/record_file.h"
#include "core/results_files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/submission/records.h"
#include "results/json_place.h"
#include "results/usability_text.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostPixels = 1'000'000;  // of a side of a frame
constexpr int kMostClasses = 1000;

// What has a value a frame.
constexpr std::array<std::string_view, 5> kLongLists = {"frame_times_s", "scores", "smoothed",
                                                        "probabilities", "per_frame"};

enum class Depth { kFinds, kFrames };

Json RecordIn(const fs::path& path, const std::string& what,
              std::span<const std::string_view> left_out = {}) {
  std::optional<Json> record = ReadRecord(path, left_out);
  if (record) return std::move(*record);
  throw Error(ErrorKind::kInput, path.string() + " is no " + what + " of mestr run, or damaged");
}

std::vector<std::string> TextsOf(const JsonPlace& list) {
  return list.All([](const JsonPlace& text) { return text.Text(); });
}

VideoKey KeyOf(const JsonPlace& json) {
  return {.dataset = json["dataset"].Text(),
          .subject = json["subject"].Text(),
          .video = json["video"].Text()};
}

// A folder of frames is told by its frames.
std::optional<std::uint64_t> BytesOf(const JsonPlace& made_from) {
  const auto files = made_from.Find("files");
  if (!files || files->Whole(0, kMostFrames) != 1) return std::nullopt;
  return static_cast<std::uint64_t>(made_from["bytes"].Whole(0, INT64_MAX));
}

RunVideo RunVideoOf(const JsonPlace& json) {
  RunVideo video;
  video.input = {.path = json["path"].Text(), .key = KeyOf(json), .fps = {}};
  const auto ok = json.Find("ok");
  if (!ok || !ok->Bool()) {
    video.error = ok ? json["error"].Text() : "the run ended before it";
    return video;
  }
  video.file = json["file"].Text();
  if (!IsVideoFileName(Json(video.file), kVideoEnding)) {
    throw json["file"].Problem("must be a file in " + std::string(kVideosFolder) + "/");
  }
  if (const auto frames = json.Find("frames_file")) video.frames_file = frames->Text();
  video.wall_s = json["wall_seconds"].Number();
  if (const auto made_from = json.Find("made_from")) video.input_bytes = BytesOf(*made_from);
  return video;
}

VideoOptions VideoOptionsOf(const JsonPlace& json) {
  VideoOptions options;
  options.most_megapixels = json["most_megapixels"].Number();
  options.deinterlace = json["deinterlace"].Bool();
  options.keep_damaged = json["keep_damaged"].Bool();
  return options;
}

void RequireFinished(const JsonPlace& json, const fs::path& path) {
  const std::string status = json["status"].Text();
  if (status == "complete" || status == "incomplete") return;
  if (status == "running") {
    throw Error(ErrorKind::kInput, path.string() +
                                       ": the run has not ended, or was killed; wait for it, or "
                                       "go on with it by the command that began it");
  }
  throw json["status"].Problem("is " + Quoted(status));
}

// Frame numbers of a file, 1-based, as those of a video of so many frames.
struct FrameNumbers {
  std::int64_t frames;
  std::int64_t operator()(const JsonPlace& number) const { return number.Whole(1, frames) - 1; }
  Interval operator()(const JsonPlace& first, const JsonPlace& last) const {
    const Interval interval{(*this)(first), (*this)(last)};
    if (interval.onset <= interval.offset) return interval;
    throw last.Problem("is " + std::to_string(interval.offset + 1) + ", before its beginning");
  }
};

std::optional<std::int64_t> TrackOf(const JsonPlace& json) {
  const auto track = json.Find("track");
  if (!track) return std::nullopt;
  return track->Whole(1, kMostFrames) - 1;
}

cv::Rect RectOf(const std::array<JsonPlace, 4>& sides) {
  const auto place = [](const JsonPlace& side) {
    return static_cast<int>(side.Whole(-kMostPixels, kMostPixels));
  };
  const auto length = [](const JsonPlace& side) {
    return static_cast<int>(side.Whole(0, kMostPixels));
  };
  return {place(sides[0]), place(sides[1]), length(sides[2]), length(sides[3])};
}

cv::Rect RectOf(const JsonPlace& json) {
  return RectOf({json["x"], json["y"], json["width"], json["height"]});
}

Evidence EvidenceOf(const JsonPlace& json) {
  return {.value = json["value"].Number(0, 1),
          .motion_px = json["motion_px"].Number(),
          .motion_to_noise = json["motion_to_noise"].Number(),
          .head_px_s = json["head_px_s"].Number(),
          .mouth_px_s = json["mouth_px_s"].Number(),
          .blink = json["blink"].Bool()};
}

FoundInterval IntervalOf(const JsonPlace& json, const FrameNumbers& frame,
                         const std::vector<std::string>& classes) {
  FoundInterval found{.interval = frame(json["onset"], json["offset"]),
                      .peak = frame(json["peak"]),
                      .onset_s = json["onset_s"].Number(),
                      .offset_s = json["offset_s"].Number(),
                      .emotion = json["emotion"].Text(),
                      .probability = json["probability"].Number(),
                      .score = json["score"].Number()};
  if (std::find(classes.begin(), classes.end(), found.emotion) == classes.end()) {
    throw json["emotion"].Problem("is " + Quoted(found.emotion) + ", none of the classes");
  }
  if (const auto evidence = json.Find("evidence")) {
    found.evidence = EvidenceOf(*evidence);
    found.context = (*evidence)["context"].Text();
  }
  found.track = TrackOf(json);
  return found;
}

std::vector<FoundInterval> IntervalsOf(const std::optional<JsonPlace>& list,
                                       const FrameNumbers& frame,
                                       const std::vector<std::string>& classes) {
  if (!list) return {};
  return list->All([&](const JsonPlace& json) { return IntervalOf(json, frame, classes); });
}

FoundStretch StretchOf(const JsonPlace& json, const FrameNumbers& frame) {
  FoundStretch stretch;
  stretch.frames = frame(json["first_frame"], json["last_frame"]);
  stretch.box = RectOf(json["box"]);
  stretch.track = TrackOf(json);
  if (const auto ended_by = json.Find("ended_by")) stretch.ended_by = ended_by->Text();
  if (const auto too_short = json.Find("too_short")) stretch.too_short = too_short->Bool();
  if (const auto threshold = json.Find("threshold")) stretch.threshold = threshold->Number();
  return stretch;
}

std::optional<FaceCause> CauseOf(const std::string& text) {
  for (int i = 0; i <= static_cast<int>(FaceCause::kTooShort); ++i) {
    const auto cause = static_cast<FaceCause>(i);
    if (FaceCauseText(cause) == text) return cause;
  }
  return std::nullopt;
}

FaceCause CauseOf(const JsonPlace& json) {
  if (json.IsNull()) return FaceCause::kNone;
  const std::string text = json.Text();
  if (const auto cause = CauseOf(text)) return *cause;
  throw json.Problem("is " + Quoted(text) + ", no cause that is known");
}

// The frames of which the record gives seconds.
std::string UsabilityOf(const JsonPlace& json, double fps) {
  const auto frames = [fps](const JsonPlace& seconds) {
    return std::llround(seconds.Number(0, static_cast<double>(kMostFrames)) * fps);
  };
  std::map<FaceCause, std::int64_t> by_cause = {{FaceCause::kNone, frames(json["usable"])}};
  const JsonPlace causes = json["not_usable"];
  for (const std::string& key : causes.Keys()) {
    const auto cause = CauseOf(key);
    if (!cause) throw causes.Problem("has " + Quoted(key) + ", no cause that is known");
    by_cause[*cause] = frames(causes[key.c_str()]);
  }
  return UsabilityText(by_cause, fps);
}

std::vector<FrameState> FrameStatesOf(const JsonPlace& json, std::size_t frames) {
  for (const char* list : {"cause", "track", "box"}) json[list].RequireSize(frames);
  const JsonPlace causes = json["cause"];
  const JsonPlace tracks = json["track"];
  const JsonPlace boxes = json["box"];
  std::vector<FrameState> states(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    states[i].cause = CauseOf(causes.At(i));
    const JsonPlace track = tracks.At(i);
    const JsonPlace box = boxes.At(i);
    if (track.IsNull() && box.IsNull()) continue;
    states[i].track = static_cast<std::int32_t>(track.Whole(1, INT32_MAX) - 1);
    box.RequireSize(4);
    states[i].box = RectOf({box.At(0), box.At(1), box.At(2), box.At(3)});
  }
  return states;
}

// `index` of the track; nothing where the lists have null.
void TakeIndex(const JsonPlace& score, const JsonPlace& smoothed, const JsonPlace& probabilities,
               std::size_t index, FaceResults& face) {
  ScoreTrack& track = face.scores;
  track.valid[index] = score.IsNull() ? 0 : 1;
  if (score.IsNull()) return;
  track.spot[index] = static_cast<float>(score.Number());
  face.smoothed[index] = smoothed.Number();
  const auto classes = static_cast<std::size_t>(track.classes);
  probabilities.RequireSize(classes);
  for (std::size_t c = 0; c < classes; ++c) {
    track.probabilities[index * classes + c] = static_cast<float>(probabilities.At(c).Number());
  }
}

void TakeMotion(const JsonPlace& motion, ScoreTrack& track) {
  motion.RequireSize(track.size());
  track.motion_px.resize(track.size(), 0);
  for (std::size_t i = 0; i < track.size(); ++i) {
    const JsonPlace value = motion.At(i);
    if (!value.IsNull()) track.motion_px[i] = static_cast<float>(value.Number());
  }
}

void TakeScores(const JsonPlace& json, std::int64_t frames, std::size_t classes,
                FaceResults& face) {
  const JsonPlace scores = json["scores"];
  const std::size_t size = scores.size();
  ScoreTrack& track = face.scores;
  track.first_frame = FrameNumbers{frames}(json["first_scored_frame"]);
  if (const auto step = json.Find("frame_step")) track.frame_step = step->Whole(1, kMostFrames);
  track.frames = frames;
  track.classes = static_cast<int>(classes);
  if (size > 0 && track.FrameOf(static_cast<std::int64_t>(size) - 1) >= frames) {
    throw scores.Problem("go on after the last frame");
  }
  track.PadTo(size);
  face.smoothed.resize(size, 0);
  const JsonPlace smoothed = json["smoothed"];
  const JsonPlace probabilities = json["probabilities"];
  smoothed.RequireSize(size);
  probabilities.RequireSize(size);
  for (std::size_t i = 0; i < size; ++i) {
    TakeIndex(scores.At(i), smoothed.At(i), probabilities.At(i), i, face);
  }
  if (const auto motion = json.Find("motion_px")) TakeMotion(*motion, track);
}

FaceResults FaceOf(const JsonPlace& json, const VideoResults& video, Depth depth) {
  const std::int64_t frames = video.frames;
  const FrameNumbers frame{frames};
  const std::vector<std::string> classes = TextsOf(json["classes"]);
  FaceResults face;
  face.stretches =
      json["stretches"].All([&](const JsonPlace& one) { return StretchOf(one, frame); });
  face.threshold = json["threshold"].Number();
  face.intervals = IntervalsOf(json["intervals"], frame, classes);
  face.longer = IntervalsOf(json.Find("longer"), frame, classes);
  face.not_written = IntervalsOf(json.Find("not_written"), frame, classes);
  if (const auto usability = json.Find("usability")) {
    face.usability = UsabilityOf(*usability, video.fps);
  }
  if (depth == Depth::kFinds) return face;
  TakeScores(json, frames, classes.size(), face);
  if (const auto per_frame = json.Find("per_frame")) {
    face.frames = FrameStatesOf(*per_frame, static_cast<std::size_t>(frames));
  }
  return face;
}

std::vector<double> TimesOf(const JsonPlace& json, std::int64_t frames) {
  const auto times = json.Find("frame_times_s");
  if (!times) {
    throw json.Problem("has no 'frame_times_s': an earlier mestr wrote it; run the video again");
  }
  times->RequireSize(static_cast<std::size_t>(frames));
  return times->All([](const JsonPlace& time) { return time.Number(); });
}

VideoResults VideoOf(const JsonPlace& json, Depth depth) {
  VideoResults video;
  video.input.key = KeyOf(json["input"]);
  video.frames = json["frames"].Whole(1, kMostFrames);
  const Limits rates = FrameRateLimits();
  video.fps = json["fps"].Number(rates.low, rates.high);
  video.input.fps = video.fps;
  video.variable_frame_rate = json["variable_frame_rate"].Bool();
  video.width = static_cast<int>(json["width"].Whole(1, kMostPixels));
  video.height = static_cast<int>(json["height"].Whole(1, kMostPixels));
  if (depth == Depth::kFrames) video.frame_times_s = TimesOf(json, video.frames);
  if (const auto k = json.Find("k")) video.k_frames = static_cast<int>(k->Whole(1, INT32_MAX));
  video.k_p_frames = static_cast<int>(json["k_p"].Whole(1, INT32_MAX));
  video.k_origin = json["k_origin"].Text();
  video.model = json["model"]["name"].Text();
  video.warnings = TextsOf(json["warnings"]);
  video.classes = TextsOf(json["classes"]);
  if (video.classes.empty() || video.classes.size() > kMostClasses) {
    throw json["classes"].Problem("must have 1 to " + std::to_string(kMostClasses) + " names");
  }
  video.scores_are_probabilities = json.Find("longer").has_value();
  video.faces.push_back(FaceOf(json, video, depth));
  if (const auto others = json.Find("other_faces")) {
    const auto more = others->All([&](const JsonPlace& one) { return FaceOf(one, video, depth); });
    video.faces.insert(video.faces.end(), more.begin(), more.end());
  }
  return video;
}

std::string KeyText(const VideoKey& key) {
  std::vector<std::string> parts;
  for (const std::string& part : {key.dataset, key.subject, key.video}) {
    if (!part.empty()) parts.push_back(Printable(part));
  }
  return Joined(parts, "/");
}

VideoResults ResultsOf(const fs::path& folder, const RunVideo& video, Depth depth) {
  const fs::path path = folder / video.file;
  const Json record = RecordIn(
      path, "video's results",
      depth == Depth::kFinds ? std::span(kLongLists) : std::span<const std::string_view>());
  const std::string name = path.string();
  VideoResults results = VideoOf(JsonPlace(record, name), depth);
  if (!(results.input.key == video.input.key)) {
    throw Error(ErrorKind::kInput, name + " is of " + KeyText(results.input.key) + ", and " +
                                       kRunFile + " says " + KeyText(video.input.key) +
                                       "; run the videos again");
  }
  results.input.path = video.input.path;
  results.input_bytes = video.input_bytes;
  results.wall_s = video.wall_s;
  return results;
}

}  // namespace

RunResults ReadRun(const fs::path& folder) {
  const fs::path path = folder / kRunFile;
  if (!Exists(path)) {
    throw Error(ErrorKind::kInput,
                folder.string() + (Exists(folder) ? " holds no results of mestr run: it has no " +
                                                        std::string(kRunFile)
                                                  : ": no such folder"));
  }
  const Json record = RecordIn(path, "record");
  const std::string name = path.string();
  const JsonPlace json(record, name);
  RequireFinished(json, path);
  RunResults run;
  run.folder = folder;
  run.mestr = json["mestr"].Text();
  if (const auto error = json.Find("error")) run.error = error->Text();
  run.wall_s = json["wall_seconds"].Number();
  run.device = json["device"]["reason"].Text();
  run.models = json["models"].All([](const JsonPlace& model) { return model["name"].Text(); });
  run.notes = TextsOf(json["notes"]);
  run.video_options = VideoOptionsOf(json["config"]["video"]);
  run.videos = json["videos"].All(RunVideoOf);
  return run;
}

VideoResults ReadVideo(const RunResults& run, const RunVideo& video) {
  return ResultsOf(run.folder, video, Depth::kFrames);
}

VideoResults ReadFinds(const fs::path& folder, const RunVideo& video) {
  return ResultsOf(folder, video, Depth::kFinds);
}

}  // namespace mestr::internal
