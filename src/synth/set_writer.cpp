#include <algorithm>
#include <cmath>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "core/csv.h"
#include "core/files.h"
#include "core/npy_writer.h"
#include "mestr/core/error.h"
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

std::string FlowFile(const SynthSetClip& clip) {
  return std::string(kFlowFolder) + "/" + clip.dataset + "_" + clip.subject + "_" + clip.video +
         ".npy";
}

void WriteFlow(const synth::Clip& person, const SynthSetClip& clip, int step,
               const fs::path& folder) {
  WriteFileAtomically(folder / FlowFile(clip), [&](const fs::path& temporary) {
    NpyWriter npy(temporary, {clip.options.height_px, clip.options.width_px, 2}, false);
    for (std::int64_t i = 0; i + step < person.frame_count(); ++i) {
      const cv::Mat flow = person.Flow(i, i + step);
      npy.Add({flow.ptr<float>(), flow.total() * 2});
    }
    npy.Finish();
  });
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

// What in the set's folder belongs to the set.
std::vector<std::string> EntriesOf(const SynthSetOptions& options,
                                   const std::vector<SynthSetClip>& clips) {
  std::vector<std::string> entries = {kLabelsFile, kManifestFile, kEventsFile, kFramesFile};
  for (const SynthSetClip& clip : clips) {
    entries.push_back(clip.path.generic_string());
    if (options.flow_step) entries.push_back(FlowFile(clip));
  }
  return entries;
}

// Without the clips that are made.
Json RecordOf(const SynthSetOptions& options, const std::vector<SynthSetClip>& clips) {
  Json record = {{"made_by", std::string("mestr synth ") + Version()},
                 {"complete", false},
                 {"seed", options.seed},
                 {"options", OptionsJson(options.clip)},
                 {"entries", EntriesOf(options, clips)}};
  if (options.flow_step) record["options"]["flow_step"] = *options.flow_step;
  return record;
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

class SetWriter {
 public:
  SetWriter(const SynthSetOptions& options, const fs::path& folder, const SynthWriteOptions& write)
      : options_(options),
        write_(write),
        clips_(PlanSynthSet(options)),
        folder_(folder, synth::kSetFolder, write.overwrite),
        record_(RecordOf(options, clips_)),
        truths_(clips_.size()),
        is_made_(clips_.size()) {
    if (folder_.held_others()) {
      throw Error(ErrorKind::kConfig, "output folder " + folder.string() +
                                          " is not empty and was not written by mestr synth; "
                                          "choose another one");
    }
    folder_.RefuseWhatIsInTheWay(EntriesOf(options_, clips_));
    if (folder_.Earlier() != nullptr) TakeEarlier(*folder_.Earlier());
    if (!folder_.HoldsWhatIsReplaced()) folder_.Write(Record());
  }

  SynthSetSummary Write() {
    synth::ForEachClip(clips_.size(), write_, [this](std::size_t i) { Make(i); });
    WriteFileAtomically(folder_.path() / kEventsFile, EventsText(clips_, truths_));
    WriteFileAtomically(folder_.path() / kFramesFile, FramesText(clips_, truths_));
    WriteFileAtomically(folder_.path() / kLabelsFile, LabelsText(clips_, truths_));
    WriteFileAtomically(folder_.path() / kManifestFile, ManifestText(clips_));
    record_["complete"] = true;
    folder_.Write(Record());
    return SummaryOf(truths_);
  }

 private:
  // With those clips that are made.
  Json Record() const {
    Json record = record_;
    record["clips"] = Json::array();
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      if (is_made_[i]) record["clips"].push_back(truths_[i].record);
    }
    return record;
  }

  void TakeEarlier(const Json& earlier) {
    const auto identity = [](const Json& record) -> Json {
      return {{"version", record.value("made_by", Json())},
              {"seed", record.value("seed", Json())},
              {"options", record.value("options", Json())}};
    };
    const Json made = earlier.value("clips", Json::array());
    if (!made.empty()) folder_.RequireSame(identity(earlier), identity(record_));
    for (const Json& clip : made) {
      const auto found =
          std::find_if(clips_.begin(), clips_.end(), [&](const SynthSetClip& planned) {
            return planned.path.generic_string() == clip.at("path");
          });
      if (found == clips_.end()) {
        folder_.RefuseAsOther("has the clip " + clip.at("path").dump() +
                              ", which is none of this set");
      }
      const auto index = static_cast<std::size_t>(found - clips_.begin());
      truths_[index].record = clip;
      is_made_[index] = IsThere(*found);
    }
    RemoveUnlisted();
  }

  bool IsThere(const SynthSetClip& clip) const {
    return Exists(folder_.path() / clip.path) &&
           (!options_.flow_step || Exists(folder_.path() / FlowFile(clip)));
  }

  // What appeared before it could be listed as made: a folder cannot take the place of another.
  void RemoveUnlisted() const {
    std::error_code error;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      if (!is_made_[i]) fs::remove_all(folder_.path() / clips_[i].path, error);
    }
  }

  void Make(std::size_t index) {
    const SynthSetClip& clip = clips_[index];
    synth::Clip person(clip.options);
    const Json record = ClipJson(clip, person);
    if (!is_made_[index] || truths_[index].record != record) {
      synth::WriteClipFile(
          folder_.path() / clip.path, clip.file, person.frame_count(),
          [&] { return person.NextFrame(); }, [this] { ReplaceEarlier(); });
      if (options_.flow_step) WriteFlow(person, clip, *options_.flow_step, folder_.path());
    }
    ClipTruth truth = {person.events(), {}, record};
    for (std::int64_t i = 0; i < person.frame_count(); ++i) {
      truth.frames.push_back(person.TruthAt(i));
    }
    const std::lock_guard lock(mutex_);
    truths_[index] = std::move(truth);
    is_made_[index] = true;
    folder_.Write(Record());
  }

  void ReplaceEarlier() {
    const std::lock_guard lock(mutex_);
    if (folder_.HoldsWhatIsReplaced()) folder_.Write(Record());
  }

  const SynthSetOptions& options_;
  const SynthWriteOptions& write_;
  std::vector<SynthSetClip> clips_;
  std::mutex mutex_;  // over what follows
  WorkFolder folder_;
  Json record_;  // without clips
  std::vector<ClipTruth> truths_;
  std::vector<char> is_made_;  // of each clip
};

}  // namespace

SynthSetSummary WriteSynthSet(const SynthSetOptions& options, const fs::path& folder,
                              const SynthWriteOptions& write) {
  return SetWriter(options, folder, write).Write();
}

}  // namespace mestr::internal
