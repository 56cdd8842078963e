#include "cli/run_flags.h"

#include "config/shipped_files.h"
#include "core/limits.h"
#include "core/text.h"

namespace mestr::cli {
using namespace internal;

void RunFlags::AddTo(CommandApp& app) {
  AddInputTo(app);
  app.add_option("INPUT", inputs,
                 "Video files, folders of frames (jpg, png, bmp: those that one number in their "
                 "names counts), folders of both with their sub-folders, data-set roots (with "
                 "CAS_data or SAMM_data), or manifests (CSV: dataset,subject,video,path,fps)")
      ->type_name(kPathType)
      ->required();
  app.add_flag("--keep-damaged", keep_damaged,
               "Damaged frames of a video count as missing instead of being an error");
  app.add_option(
         "--shard", shard,
         "Only the I-th of N parts of the inputs, which follow each other and have about as "
         "many frames each; for N machines")
      ->type_name("I/N")
      ->check([](const std::string& text) {
        return text.empty() ? "is empty; it must be I/N" : std::string();
      });
  app.Group(kOutputGroup);
  app.add_option("-o,--output", output, "Folder for the results")->type_name(kFolderType);
  app.add_flag("--overwrite", overwrite,
               "Begin anew where an earlier call wrote to that folder, in place of going on: what "
               "it wrote is removed once there is something new");
  app.add_flag("--keep-going", keep_going, "Videos that fail are listed, and the exit code is 0");
  AddMethodTo(app);
  AddDeviceTo(app);
  app.add_option("-j,--jobs", jobs,
                 "Processors that it may use, however they are spent, on one video or "
                 "several at the same time; 0: all")
      ->type_name("N")
      ->capture_default_str();
  messages.AddTo(app);
}

void RunFlags::AddInputTo(CommandApp& app) {
  app.Group(kInputGroup);
  app.add_option("--fps", fps, "Frame rate of the inputs, in place of a video file's own")
      ->type_name("FPS");
}

void RunFlags::AddMethodTo(CommandApp& app) {
  app.Group(kMethodGroup);
  app.add_option("--config", config,
                 "YAML file or the name of a shipped one (" + Joined(ShippedConfigs(), ", ") +
                     "); repeatable, a later one goes over an earlier one")
      ->type_name(kConfigType)
      ->allow_extra_args(false);
  app.add_option("--set", overrides, "A key of the config, over its files; repeatable")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--landmarks", landmarks,
                 "dlib's 68-point model (its weights are for research use); also MESTR_LANDMARKS")
      ->type_name(kFileType);
}

void RunFlags::AddModelTo(CommandApp& app) {
  app.Group(kMethodGroup);
  app.add_option("--model", models,
                 "TorchScript model, over the config's; repeatable, several are averaged. A model "
                 "file is code: what is no network is refused before it runs, and a network has "
                 "limits of time and memory (SECURITY.md)")
      ->type_name(kFileType)
      ->allow_extra_args(false);
}

void RunFlags::AddDeviceTo(CommandApp& app) {
  app.Group(kSpeedGroup);
  app.add_option("--device", device, "Where to compute")
      ->type_name("auto|cpu|cuda")
      ->capture_default_str();
}

Config RunFlags::Load() const {
  if (fps) RequireInRange("--fps", *fps, FrameRateLimits());
  RequireInRange("--jobs", jobs, Limits::Closed(0, 1024));
  Config loaded = LoadConfig(config, overrides);
  if (keep_damaged) loaded.video.keep_damaged = true;
  if (min_evidence) {
    RequireInRange("--min-evidence", *min_evidence, Limits::Closed(0, 1));
    loaded.spot.min_evidence = min_evidence;
  }
  if (all_faces) loaded.face.all_faces = true;
  if (!landmarks.empty()) loaded.landmarks = landmarks;
  if (!models.empty()) {
    loaded.model.files.clear();
    for (const std::string& file : models) loaded.model.files.push_back({file});
    loaded.model.by_subject.clear();
  }
  return loaded;
}

AnalyzerOptions RunFlags::Analyzer() const {
  return {.config = Load(), .device = ParseDevice(device), .jobs = jobs, .extractors = {}};
}

std::optional<Shard> RunFlags::ParsedShard() const {
  if (shard.empty()) return std::nullopt;
  return ParseShard(shard);
}

}  // namespace mestr::cli
