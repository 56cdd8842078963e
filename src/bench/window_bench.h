// The features of windows: the published code's way against ours, checked before it is timed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/statistics.h"
#include "mestr/core/window_layout.h"
#include "mestr/model/network.h"

namespace mestr::internal {

struct BenchOptions;

// A synthetic folder of JPEG frames as a data set has them. Of the frames only the used ones are
// rendered.
struct WindowClipOptions {
  std::string name;  // for people
  double used_fps = 30;
  int width_px = 1280;  // as synth::ClipOptions
  int height_px = 720;
  WindowLayout layout;
};

// One way to the features. A sample is one window in one repetition, on one thread.
struct WindowRun {
  std::string name;
  Spread ms_per_window;
  Spread cpu_ms_per_window;
  std::optional<Spread> speedup;  // the published code's time / its own, sample by sample
  std::optional<Spread> cpu_speedup;
  // The same with the decoding of the frames that a window adds, which costs both alike.
  std::optional<Spread> cpu_speedup_with_decoding;
  bool must_agree = true;
  double max_px = 0;   // largest difference from the published code's rows
  double mean_px = 0;  // mean of it
};

struct WindowTiming {
  std::string clip;
  int width = 0;
  int height = 0;
  WindowLayout layout;
  std::int64_t windows = 0;
  Spread decode_cpu_ms_per_frame;  // gray, of the used frames
  std::vector<WindowRun> runs;     // the published code's way first
};

// On the user's clip, in windows of `model` where there is one of windows, or on
// `options.window_clips`, rendered into `scratch`. Throws
// Error{kInvalidArgument} where our published variant differs from the published way; {kInput} for
// a clip shorter than a window or without a face.
std::vector<WindowTiming> TimeWindows(const BenchOptions& options, const ModelInfo* model,
                                      const std::filesystem::path& scratch,
                                      const std::function<void(const std::string&)>& progress);

}  // namespace mestr::internal
