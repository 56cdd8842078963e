#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "core/csv.h"
#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "synth/avi_writer.h"
#include "synth/jpeg_encoder.h"
#include "synth/synth_set.h"

namespace mestr::internal {

using synth::AviWriter;
using synth::JpegEncoder;
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr char kLabelsFile[] = "labels.csv";
constexpr char kManifestFile[] = "manifest.csv";
constexpr char kRecordFile[] = "synth.json";

// --- Clips -------------------------------------------------------------------------------------

std::string FrameName(const SynthSetClip& clip, std::int64_t index) {
  return (clip.dataset == "samm" ? clip.video : "img") + "_" + ZeroPadded(index + 1, 5) + ".jpg";
}

// A folder that appears when all is in it: frames are written beside and renamed at the end.
void WriteFrameFolder(const ClipRenderer& renderer, const SynthSetClip& clip,
                      const fs::path& folder) {
  fs::path part = folder.parent_path() / ".";
  part += folder.filename();
  part += ".part" + std::to_string(::getpid());
  std::error_code error;
  fs::remove_all(part, error);
  fs::create_directories(part, error);
  if (error) ThrowCannotWrite(folder, error.message());
  try {
    JpegEncoder encoder(clip.options.width_px, clip.options.height_px);
    for (std::int64_t i = 0; i < renderer.frame_count(); ++i) {
      WriteNewFile(part / FrameName(clip, i), encoder.Encode(renderer.Render(i)));
    }
    fs::rename(part, folder, error);
    if (error) ThrowCannotWrite(folder, error.message());
  } catch (...) {
    fs::remove_all(part, error);
    throw;
  }
}

void WriteVideo(const ClipRenderer& renderer, const SynthSetClip& clip, const fs::path& path) {
  WriteFileAtomically(path, [&](const fs::path& temporary) {
    const SynthClipOptions& options = clip.options;
    JpegEncoder encoder(options.width_px, options.height_px);
    AviWriter writer(temporary, options.width_px, options.height_px, options.fps);
    for (std::int64_t i = 0; i < renderer.frame_count(); ++i) {
      writer.Write(encoder.Encode(renderer.Render(i)));
    }
    writer.Finish();
  });
}

SynthClip WriteClip(const Portrait& portrait, const SynthSetClip& clip, SynthFormat format,
                    const fs::path& folder) {
  const ClipRenderer renderer(portrait, clip.options);
  const fs::path path = folder / clip.path;
  if (format == SynthFormat::kFrames) {
    WriteFrameFolder(renderer, clip, path);
  } else {
    WriteVideo(renderer, clip, path);
  }
  return renderer.truth();
}

// Clips in any order on several threads; the first error (in the clips' order among those met)
// stops the rest.
std::vector<SynthClip> WriteClips(const Portrait& portrait, const std::vector<SynthSetClip>& clips,
                                  SynthFormat format, const fs::path& folder,
                                  const SynthWriteOptions& write) {
  std::vector<SynthClip> truths(clips.size());
  std::vector<std::exception_ptr> errors(clips.size());
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex progress_mutex;
  std::int64_t done = 0;
  const auto work = [&] {
    for (size_t i = next++; i < clips.size() && !failed; i = next++) {
      try {
        truths[i] = WriteClip(portrait, clips[i], format, folder);
        const std::lock_guard lock(progress_mutex);
        ++done;
        if (write.progress) write.progress(done, static_cast<std::int64_t>(clips.size()));
      } catch (...) {
        errors[i] = std::current_exception();
        failed = true;
      }
    }
  };
  const auto threads = std::min(static_cast<size_t>(write.threads), clips.size());
  std::vector<std::jthread> workers;
  for (size_t i = 1; i < threads; ++i) workers.emplace_back(work);
  work();
  workers.clear();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  return truths;
}

// --- Texts -------------------------------------------------------------------------------------

std::string LabelsText(const std::vector<SynthSetClip>& clips,
                       const std::vector<SynthClip>& truths) {
  std::vector<Label> labels;
  for (size_t i = 0; i < clips.size(); ++i) {
    for (const MicroExpression& expression : truths[i].expressions) {
      labels.push_back({.video = {clips[i].dataset, clips[i].subject, clips[i].video},
                        .interval = expression.frames,
                        .apex = expression.apex,
                        .emotion = SynthEmotionName(expression.emotion),
                        .type = ExpressionType::kMicro});
    }
  }
  return LabelsCsv(labels);
}

std::string ManifestText(const std::vector<SynthSetClip>& clips) {
  CsvWriter csv({"dataset", "subject", "video", "path", "fps"});
  for (const SynthSetClip& clip : clips) {
    csv.Add(clip.dataset).Add(clip.subject).Add(clip.video).Add(clip.path.generic_string());
    csv.Add(clip.options.fps).EndRow();
  }
  return csv.text();
}

Json OneBased(const Interval& frames) { return {frames.onset + 1, frames.offset + 1}; }

Json OptionsJson(const SynthClipOptions& o) {
  Json json = {{"seconds", o.seconds},
               {"width_px", o.width_px},
               {"height_px", o.height_px},
               {"intensity_crop_px", {o.intensity_min_crop_px, o.intensity_max_crop_px}},
               {"expressions_per_minute", o.expressions_per_minute},
               {"gap_s", o.gap_s},
               {"class_weights", o.class_weights},
               {"noise_sigma", o.noise_sigma},
               {"flicker", o.flicker},
               {"drift_crop_px", o.drift_crop_px},
               {"blinks_per_minute", o.blinks_per_minute},
               {"gaze_crop_px", o.gaze_crop_px}};
  if (o.expressions) json["expressions"] = *o.expressions;
  if (o.length) {
    json["length_s"] = {o.length->mean_s, o.length->sd_s, o.length->min_s, o.length->max_s};
  }
  return json;
}

Json ClipJson(const SynthSetClip& clip, const SynthClip& truth) {
  Json json = {{"dataset", clip.dataset},   {"subject", clip.subject},
               {"video", clip.video},       {"path", clip.path.generic_string()},
               {"seed", clip.options.seed}, {"look", clip.options.subject},
               {"fps", truth.fps},          {"frames", truth.frames},
               {"crop_px", truth.crop_px},  {"micro_expressions", Json::array()},
               {"blinks", Json::array()}};
  for (const MicroExpression& e : truth.expressions) {
    json["micro_expressions"].push_back({{"frames", OneBased(e.frames)},
                                         {"apex", e.apex + 1},
                                         {"emotion", SynthEmotionName(e.emotion)},
                                         {"apex_displacement_px", e.apex_displacement_px}});
  }
  for (const Blink& blink : truth.blinks) json["blinks"].push_back(OneBased(blink.frames));
  return json;
}

// The names in the set's folder that belong to the set.
std::vector<std::string> EntriesOf(const std::vector<SynthSetClip>& clips) {
  std::vector<std::string> entries = {kLabelsFile, kManifestFile, kRecordFile};
  for (const SynthSetClip& clip : clips) entries.push_back(clip.path.begin()->string());
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

Json RecordOf(const SynthSetOptions& options, const std::vector<SynthSetClip>& clips,
              bool complete) {
  return {{"made_by", std::string("mestr synth ") + Version()},
          {"complete", complete},
          {"seed", options.seed},
          {"format", options.format == SynthFormat::kFrames ? "frames" : "video"},
          {"options", OptionsJson(options.clip)},
          {"entries", EntriesOf(clips)}};
}

// --- The folder --------------------------------------------------------------------------------

// What a former set left, as its record says.
std::vector<fs::path> FormerEntries(const fs::path& folder) {
  const fs::path record = folder / kRecordFile;
  const std::string refusal = "cannot overwrite " + folder.string() +
                              ": it was not written by mestr synth; choose another folder";
  std::error_code error;
  if (!fs::exists(record, error)) throw Error(ErrorKind::kConfig, refusal);
  std::vector<fs::path> entries;
  try {
    const Json json = Json::parse(ReadFile(record));
    for (const auto& name : json.at("entries").get<std::vector<std::string>>()) {
      // Only names of this folder: a changed record must not reach beyond it.
      if (fs::path(name).filename() != name || name == "." || name == ".." || name.empty()) {
        throw Error(ErrorKind::kConfig, refusal);
      }
      entries.push_back(folder / name);
    }
  } catch (const Json::exception&) {
    throw Error(ErrorKind::kConfig, refusal);
  }
  return entries;
}

void PrepareFolder(const fs::path& folder, bool overwrite) {
  MakeOutputFolder(folder);
  std::error_code error;
  const bool empty = fs::is_empty(folder, error);
  if (error) ThrowCannotWrite(folder, error.message());
  if (empty) return;
  if (!overwrite) {
    throw Error(ErrorKind::kConfig,
                "output folder " + folder.string() +
                    " is not empty; choose another one, or --overwrite a former set there");
  }
  for (const fs::path& entry : FormerEntries(folder)) {
    fs::remove_all(entry, error);
    if (error) ThrowCannotWrite(entry, error.message());
  }
}

}  // namespace

SynthSetSummary WriteSynthSet(const Portrait& portrait, const SynthSetOptions& options,
                              const fs::path& folder, const SynthWriteOptions& write) {
  if (write.threads < 1) throw Error(ErrorKind::kInvalidArgument, "threads must be 1 or more");
  const std::vector<SynthSetClip> clips = PlanSynthSet(options);
  PrepareFolder(folder, write.overwrite);
  // First, so that what a stopped run leaves can be overwritten.
  Json record = RecordOf(options, clips, false);
  WriteFileAtomically(folder / kRecordFile, record.dump(1) + "\n");

  const std::vector<SynthClip> truths = WriteClips(portrait, clips, options.format, folder, write);
  WriteFileAtomically(folder / kLabelsFile, LabelsText(clips, truths));
  WriteFileAtomically(folder / kManifestFile, ManifestText(clips));

  SynthSetSummary summary;
  record = RecordOf(options, clips, true);
  for (size_t i = 0; i < clips.size(); ++i) {
    record["clips"].push_back(ClipJson(clips[i], truths[i]));
    ++summary.clips;
    summary.frames += truths[i].frames;
    for (const MicroExpression& e : truths[i].expressions) {
      ++summary.expressions[static_cast<int>(e.emotion)];
    }
  }
  WriteFileAtomically(folder / kRecordFile, record.dump(1) + "\n");
  return summary;
}

}  // namespace mestr::internal
