// Start here: the whole mission, from what the user typed to the files of a leaderboard.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mestr/decode/decode.h"
#include "mestr/pipeline/config.h"
#include "mestr/pipeline/feature_stream.h"
#include "mestr/video/inputs.h"

namespace mestr {

enum class Device { kAuto, kCpu, kCuda };

// "auto", "cpu", "cuda"; parsing throws Error{kConfig} naming the three.
Device ParseDevice(std::string_view name);

// What computes, and why it was chosen, for people.
struct DeviceChoice {
  FlowMethod flow_method = FlowMethod::kExact;
  ModelDevice model = ModelDevice::kCpu;
  std::string reason;
};

// kAuto takes a CUDA device where this build and machine have one and the config's flow method
// gives the same result there (exact). kCuda throws Error{kDevice} where it can't be had; it never
// falls back.
DeviceChoice ChooseDevice(Device device, FlowMethod configured);

// One engine a worker. A CUDA device gets one worker: its batches fill it.
std::vector<std::unique_ptr<FlowEngine>> MakeFlowEngines(FlowMethod method,
                                                         const Tvl1Options& options, int jobs);

struct RunOptions {
  Config config;
  std::vector<std::string> inputs;  // as for ResolveInputs
  std::optional<double> fps;        // of frame folders, > 0
  std::filesystem::path output;
  Device device = Device::kAuto;
  int jobs = 0;  // flow workers; 0: one a processor
};

// What became of one video.
struct VideoOutcome {
  VideoInput input;
  std::optional<std::string> error;  // why it failed; nothing else but `input` holds then
  std::int64_t frames = 0;
  double fps = 0;
  double wall_s = 0;
  PairParameters parameters;
  StreamReport stream;
  std::vector<float> scores;         // a pair
  std::vector<float> probabilities;  // pairs x classes
  std::vector<std::string> classes;
  Decoded decoded;  // in frames from the first one with a face
  std::vector<std::string> warnings;
  std::string file;  // its JSON, relative to the output folder
};

struct RunSummary {
  // Without per-pair scores and probabilities: those are in the files.
  std::vector<VideoOutcome> videos;
  std::vector<std::filesystem::path> files;  // results, in the order written
  double wall_s = 0;
};

// Told what happens, from the calling thread.
struct RunObserver {
  std::function<void(const std::string& line)> on_info;
  std::function<void(const std::string& line)> on_warning;
  std::function<void(std::size_t index, std::size_t count, const VideoInput& input)> on_video;
  // `pairs_expected` is empty where the container does not say how long it is.
  std::function<void(std::int64_t pairs_done, std::optional<std::int64_t> pairs_expected)>
      on_progress;
  std::function<void(const VideoOutcome& outcome)> on_video_done;
};

// Processes every input and writes to `output`: <dataset>_pred.csv for the leaderboard's data sets
// and submission.zip of them, predictions.csv for everything else, videos/<name>.json for each
// video, run.json. What an earlier run wrote there under these names is removed first. A video that
// fails is named in the summary and in run.json, and the others go on. Throws before the first
// video: Error{kInput} for inputs that name nothing, {kModel}, {kDevice}, {kConfig} for config and
// output folder.
RunSummary RunVideos(const RunOptions& options, const RunObserver& observer);

}  // namespace mestr
