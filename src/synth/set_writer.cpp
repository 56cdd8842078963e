#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "core/csv.h"
#include "core/files.h"
#include "core/npy_writer.h"
#include "mestr/core/version.h"
#include "mestr/submission/labels.h"
#include "synth/synth_set.h"

namespace mestr::internal {

using synth::EventKind;
using synth::FaceEvent;
using synth::FrameTruth;
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr char kLabelsFile[] = "labels.csv";
constexpr char kManifestFile[] = "manifest.csv";
constexpr char kEventsFile[] = "events.csv";
constexpr char kFramesFile[] = "frames.csv";
constexpr char kFlowFolder[] = "truth_flow";

// What is known about a clip once it is written.
struct ClipTruth {
  std::vector<FaceEvent> events;
  std::vector<FrameTruth> frames;
  Json record;
};

Json FileJson(const synth::ClipFileOptions& file) {
  if (file.encoding == synth::ClipEncoding::kMp4) return {{"h264_bits_per_s", file.bits_per_s}};
  return {{"jpeg_quality", file.jpeg_quality}};
}

Json ClipJson(const SynthSetClip& clip, const synth::Clip& person) {
  return {{"dataset", clip.dataset},
          {"subject", clip.subject},
          {"video", clip.video},
          {"path", clip.path.generic_string()},
          {"seed", clip.options.seed},
          {"person", clip.options.person},
          {"context", synth::ContextName(person.context())},
          {"fps", clip.options.fps},
          {"frames", person.frame_count()},
          {"face_px", person.face_px()},
          {"noise_gray", person.webcam().noise_gray()},
          {"encoding", FileJson(clip.file)}};
}

void WriteFlow(const synth::Clip& person, const SynthSetClip& clip, int step,
               const fs::path& folder) {
  const fs::path path =
      folder / kFlowFolder / (clip.dataset + "_" + clip.subject + "_" + clip.video + ".npy");
  WriteFileAtomically(path, [&](const fs::path& temporary) {
    NpyWriter npy(temporary, {clip.options.height_px, clip.options.width_px, 2}, false);
    for (std::int64_t i = 0; i + step < person.frame_count(); ++i) {
      const cv::Mat flow = person.Flow(i, i + step);
      npy.Add({flow.ptr<float>(), flow.total() * 2});
    }
    npy.Finish();
  });
}

ClipTruth WriteClip(const SynthSetClip& clip, const std::optional<int>& flow_step,
                    const fs::path& folder) {
  synth::Clip person(clip.options);
  synth::WriteClipFile(folder / clip.path, clip.file, person.frame_count(),
                       [&] { return person.NextFrame(); });
  if (flow_step) WriteFlow(person, clip, *flow_step, folder);
  ClipTruth truth = {person.events(), {}, ClipJson(clip, person)};
  for (std::int64_t i = 0; i < person.frame_count(); ++i) truth.frames.push_back(person.TruthAt(i));
  return truth;
}

// To a thousandth, which is more than a measurement sees.
double Rounded(double value) { return std::round(value * 1000) / 1000; }

// --- Texts -------------------------------------------------------------------------------------

bool IsExpression(const FaceEvent& event) {
  return event.kind == EventKind::kMicro || event.kind == EventKind::kMacro;
}

std::string LabelsText(const std::vector<SynthSetClip>& clips,
                       const std::vector<ClipTruth>& truths) {
  std::vector<Label> labels;
  for (size_t i = 0; i < clips.size(); ++i) {
    for (const FaceEvent& event : truths[i].events) {
      if (!IsExpression(event)) continue;
      const bool micro = event.kind == EventKind::kMicro;
      labels.push_back({.video = {clips[i].dataset, clips[i].subject, clips[i].video},
                        .interval = event.frames,
                        .apex = event.apex,
                        .emotion = SynthEmotionName(*event.emotion),
                        .type = micro ? ExpressionType::kMicro : ExpressionType::kMacro});
    }
  }
  return LabelsCsv(labels);
}

CsvWriter& AddVideo(CsvWriter& csv, const SynthSetClip& clip) {
  return csv.Add(clip.dataset).Add(clip.subject).Add(clip.video);
}

std::string ManifestText(const std::vector<SynthSetClip>& clips) {
  CsvWriter csv({"dataset", "subject", "video", "path", "fps"});
  for (const SynthSetClip& clip : clips) {
    AddVideo(csv, clip).Add(clip.path.generic_string()).Add(clip.options.fps).EndRow();
  }
  return csv.text();
}

std::string EventsText(const std::vector<SynthSetClip>& clips,
                       const std::vector<ClipTruth>& truths) {
  CsvWriter csv({"dataset", "subject", "video", "kind", "onset", "apex", "offset", "emotion",
                 "units", "px200"});
  for (size_t i = 0; i < clips.size(); ++i) {
    for (const FaceEvent& event : truths[i].events) {
      AddVideo(csv, clips[i]).Add(synth::EventKindName(event.kind));
      csv.Add(event.frames.onset + 1).Add(event.apex + 1).Add(event.frames.offset + 1);
      csv.Add(event.emotion ? SynthEmotionName(*event.emotion) : "");
      csv.Add(synth::UnitsText(event.expression)).Add(Rounded(event.px200)).EndRow();
    }
  }
  return csv.text();
}

std::string FramesText(const std::vector<SynthSetClip>& clips,
                       const std::vector<ClipTruth>& truths) {
  CsvWriter csv({"dataset", "subject", "video", "frame", "micro", "blink", "speech", "macro",
                 "head_px200", "face_px200"});
  for (size_t i = 0; i < clips.size(); ++i) {
    for (size_t frame = 0; frame < truths[i].frames.size(); ++frame) {
      const FrameTruth& truth = truths[i].frames[frame];
      AddVideo(csv, clips[i]).Add(frame + 1);
      csv.Add(Rounded(truth.micro)).Add(Rounded(truth.blink));
      csv.Add(static_cast<int>(truth.speech)).Add(static_cast<int>(truth.macro));
      csv.Add(Rounded(truth.head_px200)).Add(Rounded(truth.face_px200)).EndRow();
    }
  }
  return csv.text();
}

Json OptionsJson(const synth::ClipOptions& o) {
  Json json = {{"seconds", o.seconds},
               {"width_px", o.width_px},
               {"height_px", o.height_px},
               {"intensity_px200", {o.intensity_min_px200, o.intensity_max_px200}},
               {"length_s", {o.length.mean_s, o.length.sd_s, o.length.min_s, o.length.max_s}},
               {"expressions_per_minute", o.expressions_per_minute},
               {"gap_s", o.gap_s},
               {"class_weights", o.class_weights},
               {"contexts", Json::array()}};
  for (const synth::Context context : o.contexts) {
    json["contexts"].push_back(synth::ContextName(context));
  }
  if (o.expressions) json["expressions"] = *o.expressions;
  if (o.blinks_per_minute) json["blinks_per_minute"] = *o.blinks_per_minute;
  if (o.noise_gray) json["noise_gray"] = *o.noise_gray;
  return json;
}

// The names in the set's folder that belong to the set.
std::vector<std::string> EntriesOf(const SynthSetOptions& options,
                                   const std::vector<SynthSetClip>& clips) {
  std::vector<std::string> entries = {kLabelsFile, kManifestFile, kEventsFile, kFramesFile,
                                      synth::kRecordFile};
  if (options.flow_step) entries.emplace_back(kFlowFolder);
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
          {"options", OptionsJson(options.clip)},
          {"entries", EntriesOf(options, clips)}};
}

SynthSetSummary SummaryOf(const std::vector<ClipTruth>& truths) {
  SynthSetSummary summary;
  for (const ClipTruth& truth : truths) {
    ++summary.clips;
    summary.frames += static_cast<std::int64_t>(truth.frames.size());
    for (const FaceEvent& event : truth.events) {
      if (event.kind == EventKind::kMicro) ++summary.expressions[static_cast<int>(*event.emotion)];
    }
  }
  return summary;
}

}  // namespace

SynthSetSummary WriteSynthSet(const SynthSetOptions& options, const fs::path& folder,
                              const SynthWriteOptions& write) {
  const std::vector<SynthSetClip> clips = PlanSynthSet(options);
  synth::PrepareSetFolder(folder, write.overwrite);
  // First, so that what a stopped run leaves can be overwritten.
  Json record = RecordOf(options, clips, false);
  WriteFileAtomically(folder / synth::kRecordFile, record.dump(1) + "\n");

  std::vector<ClipTruth> truths(clips.size());
  synth::ForEachClip(clips.size(), write,
                     [&](size_t i) { truths[i] = WriteClip(clips[i], options.flow_step, folder); });
  WriteFileAtomically(folder / kEventsFile, EventsText(clips, truths));
  WriteFileAtomically(folder / kFramesFile, FramesText(clips, truths));
  WriteFileAtomically(folder / kLabelsFile, LabelsText(clips, truths));
  WriteFileAtomically(folder / kManifestFile, ManifestText(clips));
  record = RecordOf(options, clips, true);
  for (ClipTruth& truth : truths) record["clips"].push_back(std::move(truth.record));
  WriteFileAtomically(folder / synth::kRecordFile, record.dump(1) + "\n");
  return SummaryOf(truths);
}

}  // namespace mestr::internal
