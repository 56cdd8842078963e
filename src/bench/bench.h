// Start here: how fast mestr is on this machine, stage by stage and whole, against OpenCV's flow
// and against the published pipeline, checked before it is timed.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bench/flow_bench.h"
#include "bench/window_bench.h"
#include "pipeline/run.h"

namespace mestr::internal {

// A synthetic clip of 30 fps for `stages`.
struct StageClipOptions {
  std::string name;     // for people
  int width_px = 1280;  // as synth::ClipOptions
  int height_px = 720;
  bool is_folder = true;  // of JPEG frames, or an MP4 file of H.264
};

struct BenchOptions {
  Config config;
  std::string input;          // one video file or folder of frames; empty: synthetic clips
  std::optional<double> fps;  // of a folder of frames, > 0
  Device device = Device::kAuto;
  std::uint64_t seed = 1;  // of the synthetic clips

  // With a model of windows `flow` is left out: its engines are those of pairs.
  bool flow = true;     // engines on pairs of face crops
  bool stages = true;   // each stage by itself
  bool whole = true;    // mestr run with each engine against the reference pipeline
  bool windows = true;  // features of windows against the published code's way
  bool scaling = true;  // mestr run on more processors, many videos and longer clips

  // kOpenCv is part of `flow` alone: the reference pipeline of `whole` has OpenCV's flow anyway.
  std::vector<FlowMethod> engines = {FlowMethod::kOpenCv, FlowMethod::kExact, FlowMethod::kFast,
                                     FlowMethod::kCuda};
  std::vector<int> threads = {1, 2};  // flow workers at the same time, each in [1, 256]
  std::vector<int> sizes_px = {128};  // of the flow's square crops, each in [16, 4096]
  int pairs = 4;                      // of crops, of each kind, in [1, 1000]
  int repetitions = 3;                // of everything timed, in [1, 1000]
  int stage_frames = 60;              // of the clip, for `stages`, in [1, 10000]
  // For `stages` of pairs, where there is no input, after the first synthetic clip: as SAMM's long
  // videos and as a webcam's.
  std::vector<StageClipOptions> stage_clips = {{"JPEG folder", 2040, 1088, true},
                                               {"H.264 file", 1280, 720, false}};
  // Of the synthetic clips. With a model of windows there is one, at its rate and of two windows at
  // least.
  std::vector<double> rates_fps = {30, 200};
  int clip_frames = 300;  // of each synthetic clip, in [2, 100000]
  int width_px = 640;     // of the synthetic clips' frames
  int height_px = 480;
  // For `windows`, where there is no input: as SAMM's long videos and as CAS(ME)^3's or a webcam's.
  std::vector<WindowClipOptions> window_clips = {
      {"SAMM's size", 200.0 / 7, 2040, 1088, {.window_frames = 30, .hop_frames = 15}},
      {"1280 x 720 at 30 fps", 30, 1280, 720, {.window_frames = 50, .hop_frames = 25}}};
  int reference_frames = 30;  // that the reference pipeline computes, and k more, in [1, 10000]
  std::vector<double> lengths_s = {10, 60};  // of 30 fps clips, for `scaling`, each > 0, to 3600
  // Of two seconds and 30 fps at the same time, for `scaling`: JPEG folders of SAMM's size.
  int videos = 8;  // in [1, 1000]
  int video_width_px = 2040;
  int video_height_px = 1088;

  FlowEngineFactory make_engine;  // of the flow part

  // Throws Error{kConfig} naming field, value and limit.
  void Check() const;
};

// What ran, to be able to compare. No names of hosts or users.
struct Machine {
  std::string cpu;                // its brand, which processors of several generations may share
  std::optional<int> cpu_family;  // CPUID's, as of cpu_model: they tell the generations
  std::optional<int> cpu_model;
  int processors = 0;          // that this process may use
  double memory_gib = 0;       // of the machine
  std::string system;          // kernel and architecture
  std::optional<double> load;  // load average of the minute before the benchmark started
};

// The time of another way / its own, repetition by repetition.
struct Speedup {
  Spread wall;
  Spread cpu;
};

// One stage by itself on one thread; a sample is the mean over `items` in one repetition.
struct StageTiming {
  std::string stage;
  std::string item;  // "frame" or "pair"; of windows "used frame" or "window"
  std::int64_t items = 0;
  Spread ms_per_item;
  Spread cpu_ms_per_item;
  std::optional<Speedup> speedup;  // of decoding in the face's box alone, over whole frames
};

// All stages on one clip.
struct ClipStages {
  std::string clip;
  int width = 0;
  int height = 0;
  bool is_folder = false;  // of frames, which can be decoded side by side
  std::vector<StageTiming> stages;
};

// What a run is compared with: the references.
struct RunComparison {
  Speedup published;
  Speedup detecting_once;
  bool must_agree = true;           // false for kFast, another alignment and a network on CUDA
  double max_score_difference = 0;  // from the reference's scores and probabilities, on its pairs
};

// For the whole clip.
struct WholeCost {
  Spread seconds;
  Spread cpu_s;
};

// mestr run with one flow engine.
struct RunTiming {
  std::optional<FlowMethod> method;  // nothing of windows
  WholeCost cost;                    // from opening the clip to its JSON file
  Spread startup_s;                  // loading of models, not part of that
  std::optional<RunComparison> compared;
};

// The published pipeline, stage after stage on a section of the clip: detector on every frame,
// OpenCV's TV-L1, all other stages ours. Its time for the whole clip is scaled:
// frames x (decode + detect + crop) + pairs x (flow + features + network). The flow's wall time is
// that with OpenCV's default threads, its processor time that with one: several wait for each other
// busily. A careful user's detector would run once: the same with one detection.
struct ReferenceTiming {
  std::int64_t frames = 0;  // of the section
  std::int64_t pairs = 0;
  std::vector<StageTiming> stages;
  WholeCost published;
  WholeCost detecting_once;
};

// mestr run on a clip, and of pairs the reference. Of windows there is none: `windows` has what of
// them the published code does otherwise.
struct WholeTiming {
  std::string clip;
  double fps = 0;
  int width = 0;
  int height = 0;
  std::int64_t frames = 0;
  int k_frames = 0;                     // of pairs
  std::optional<WindowLayout> windows;  // of windows
  std::optional<ReferenceTiming> reference;
  std::vector<RunTiming> runs;
};

// mestr run on one clip, or on several.
struct ScalingTiming {
  int processors = 0;  // the run may use no other; as many jobs
  int videos = 1;
  double seconds = 0;  // of video, of all together
  std::int64_t frames = 0;
  int width = 0;
  int height = 0;
  Spread frames_per_s;
  // On several processors: frames a second / those on one, repetition by repetition.
  std::optional<Spread> speedup;
  std::optional<double> peak_memory_mib;  // resident, of this process during the run
};

struct BenchReport {
  Machine machine;
  std::string device;  // what computes mestr run, and why
  std::optional<FlowBenchReport> flow;
  std::vector<ClipStages> stages;
  std::vector<WholeTiming> whole;
  std::vector<WindowTiming> windows;
  std::vector<ScalingTiming> processors;
  std::vector<ScalingTiming> many;  // videos
  std::vector<ScalingTiming> lengths;
};

// Called with a line for people before each step, from the calling thread.
using BenchProgress = std::function<void(const std::string& line)>;

// Takes minutes. Files of its own go to a folder in the system's temporary one and are removed.
// Throws Error{kInvalidArgument} when results that must be equal are not: exact flow and OpenCV's,
// scores of mestr run and of the reference pipeline; Error{kDevice} when kCuda is asked for and
// cannot be had; and what the stages throw. Times never make it fail.
BenchReport RunBench(const BenchOptions& options, const BenchProgress& progress);

// Everything that was measured, and what made it: machine, compiler, commit, library versions,
// options, `command`.
nlohmann::ordered_json BenchToJson(const BenchReport& report, const BenchOptions& options,
                                   const std::string& command);

// The same as aligned tables.
std::string BenchToText(const BenchReport& report);

}  // namespace mestr::internal
