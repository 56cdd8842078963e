#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/csv.h"
#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "synth/clip_file.h"
#include "synth/set_folder.h"
#include "synth/synth_set.h"

namespace mestr::internal {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr char kLabelsFile[] = "labels.csv";
constexpr char kManifestFile[] = "manifest.csv";

// --- Clips -------------------------------------------------------------------------------------

SynthClip WriteClip(const Portrait& portrait, const SynthSetClip& clip, SynthFormat format,
                    const fs::path& folder) {
  const ClipRenderer renderer(portrait, clip.options);
  synth::ClipFileOptions file;
  file.encoding =
      format == SynthFormat::kFrames ? synth::ClipEncoding::kFrames : synth::ClipEncoding::kAvi;
  file.size = {clip.options.width_px, clip.options.height_px};
  file.fps = clip.options.fps;
  if (clip.dataset == "samm") file.frame_prefix = clip.video;
  std::int64_t index = 0;
  synth::WriteClipFile(folder / clip.path, file, renderer.frame_count(),
                       [&] { return renderer.Render(index++); });
  return renderer.truth();
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
  std::vector<std::string> entries = {kLabelsFile, kManifestFile, synth::kRecordFile};
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

}  // namespace

SynthSetSummary WriteSynthSet(const Portrait& portrait, const SynthSetOptions& options,
                              const fs::path& folder, const SynthWriteOptions& write) {
  const std::vector<SynthSetClip> clips = PlanSynthSet(options);
  synth::PrepareSetFolder(folder, write.overwrite);
  // First, so that what a stopped run leaves can be overwritten.
  Json record = RecordOf(options, clips, false);
  WriteFileAtomically(folder / synth::kRecordFile, record.dump(1) + "\n");

  std::vector<SynthClip> truths(clips.size());
  synth::ForEachClip(clips.size(), write, [&](size_t i) {
    truths[i] = WriteClip(portrait, clips[i], options.format, folder);
  });
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
  WriteFileAtomically(folder / synth::kRecordFile, record.dump(1) + "\n");
  return summary;
}

}  // namespace mestr::internal
