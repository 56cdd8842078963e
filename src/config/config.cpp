#include "mestr/config/config.h"

#include <set>

#include "core/limits.h"
#include "core/nearest_name.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;
namespace {

constexpr double kMaxSeconds = 10;
constexpr double kMaxFrames = 100000;
constexpr std::size_t kSha256Digits = 64;
constexpr double kMaxMib = 1048576;
constexpr double kMaxCallSeconds = 86400;

void CheckDataset(const DatasetConfig& dataset) {
  if (dataset.layout.dataset.empty()) throw Error(ErrorKind::kConfig, "datasets: one has no name");
  const std::string name = "datasets." + dataset.layout.dataset;
  // An empty one would make every folder a root of this data set.
  if (dataset.layout.folder.empty()) throw Error(ErrorKind::kConfig, name + " needs a folder");
  const std::optional<double>& fps = dataset.layout.fps;
  if (fps) RequireInRange(name + ".fps", *fps, FrameRateLimits());
  const Limits frames = Limits::Closed(1, kMaxFrames, "frames");
  if (dataset.k_frames) RequireInRange(name + ".k", *dataset.k_frames, frames);
  if (dataset.k_p_frames) RequireInRange(name + ".k_p", *dataset.k_p_frames, frames);
  const bool counts_frames = dataset.k_frames || dataset.k_p_frames;
  if (counts_frames && !(fps && dataset.k_frames && dataset.k_p_frames)) {
    throw Error(ErrorKind::kConfig, name + ": k, k_p and fps go together");
  }
}

void CheckSpot(const SpotConfig& spot) {
  RequireInRange("spot.k_s", spot.k_s, Limits::OpenLow(0, kMaxSeconds, "s"));
  RequireInRange("spot.k_p_s", spot.k_p_s, Limits::OpenLow(0, kMaxSeconds, "s"));
  RequireInRange("spot.min_motion_px", spot.min_motion_px, Limits::Closed(0, 100, "px"));
  RequireInRange("spot.min_motion_to_noise", spot.min_motion_to_noise, Limits::Closed(0, 100));
  if (spot.p) RequireInRange("spot.p", *spot.p, Limits::Closed(0, 1));
  if (spot.min_evidence) {
    RequireInRange("spot.min_evidence", *spot.min_evidence, Limits::Closed(0, 1));
  }
}

void CheckDecoding(const SpotConfig& spot) {
  const Limits count = Limits::Closed(1, kMaxFrames);
  if (spot.batch_windows) RequireInRange("spot.batch_windows", *spot.batch_windows, count);
  if (spot.synergy) RequireInRange("spot.synergy", *spot.synergy, Limits::Closed(0, 2));
  if (spot.k_p_frames) RequireInRange("spot.k_p_frames", *spot.k_p_frames, count);
  if (!spot.class_offsets) return;
  constexpr double kMaxOffset = 1000;
  for (const auto& [name, offset] : *spot.class_offsets) {
    RequireInRange("spot.class_offsets." + name, offset, Limits::Closed(-kMaxOffset, kMaxOffset));
  }
}

void CheckModelFiles(const std::string& name, const std::vector<ModelFile>& files) {
  for (const ModelFile& file : files) {
    if (file.path.empty()) throw Error(ErrorKind::kConfig, name + " has an empty path");
    const bool is_sha256 =
        file.sha256.size() == kSha256Digits &&
        file.sha256.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (!file.sha256.empty() && !is_sha256) {
      throw Error(ErrorKind::kConfig, name + ": the sha256 of " + file.path.string() + " is '" +
                                          file.sha256 + "'; it must be 64 hexadecimal digits");
    }
    if (file.trusted && file.sha256.empty()) {
      throw Error(ErrorKind::kConfig,
                  name + ": " + file.path.string() +
                      " is trusted, but has no sha256; it must say which file is "
                      "meant");
    }
  }
}

void CheckModelLimits(const ModelLimits& limits) {
  const Limits mib = Limits::Closed(1, kMaxMib, "MiB");
  const Limits seconds = Limits::OpenLow(0, kMaxCallSeconds, "s");
  RequireInRange("model.most_mib", limits.most_mib, mib);
  RequireInRange("model.trial_s", limits.trial_s, seconds);
  RequireInRange("model.call_s", limits.call_s, seconds);
  RequireInRange("model.call_mib", limits.call_mib, mib);
}

// Each by itself: what is left open is known only with a model and a frame rate.
void CheckWindows(const FeaturesConfig& features) {
  WindowLayout layout;
  layout.window_frames = features.window_frames.value_or(layout.window_frames);
  layout.hop_frames = features.hop_frames && features.window_frames ? *features.hop_frames : 1;
  layout.frame_step = features.frame_step.value_or(layout.frame_step);
  layout.Check();
}

}  // namespace

void Config::Check() const {
  std::set<std::string> names;
  for (const DatasetConfig& dataset : datasets) {
    CheckDataset(dataset);
    if (!names.insert(dataset.layout.dataset).second) {
      throw Error(ErrorKind::kConfig, "datasets." + dataset.layout.dataset + " is there twice");
    }
  }
  video.Check();
  face.Check();
  flow.Check();
  if (features.jpeg_quality) {
    RequireInRange("features.jpeg_quality", *features.jpeg_quality, Limits::Closed(0, 100));
  }
  CheckWindows(features);
  CheckSpot(spot);
  CheckDecoding(spot);
  CheckModelLimits(model.limits);
  CheckModelFiles("model.files", model.files);
  for (const auto& [subject, files] : model.by_subject) {
    const std::string name = "model.by_subject." + subject;
    if (files.empty()) throw Error(ErrorKind::kConfig, name + " names no file");
    CheckModelFiles(name, files);
  }
}

Config DefaultConfig() {
  Config config;
  using Rule = DatasetLayout::Rule;
  config.datasets = {{.layout = {.dataset = "cas",
                                 .folder = "CAS_data",
                                 .rule = Rule::kSubjectThenClip,
                                 .fps = 30},
                      .k_frames = 3,
                      .k_p_frames = 6},
                     {.layout = {.dataset = "samm",
                                 .folder = "SAMM_data",
                                 .rule = Rule::kSubjectInName,
                                 .fps = 200},
                      .k_frames = 20,
                      .k_p_frames = 37}};
  return config;
}

Device ParseDevice(std::string_view name) {
  if (name == "auto") return Device::kAuto;
  if (name == "cpu") return Device::kCpu;
  if (name == "cuda") return Device::kCuda;
  throw Error(ErrorKind::kConfig,
              WithHint("device is '" + std::string(name) + "'",
                       NearestName(name, {"auto", "cpu", "cuda"}), "it must be auto, cpu or cuda"));
}

}  // namespace mestr
