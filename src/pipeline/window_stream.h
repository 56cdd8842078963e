// From the frames of one video to the rows of its windows: decoding, cutting, features.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/cost.h"
#include "mestr/core/window_layout.h"
#include "mestr/face/face.h"
#include "mestr/features/window_extractor.h"
#include "mestr/video/frame_source.h"
#include "pipeline/run_resources.h"
#include "pipeline/window_cutter.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {

// Where windows may lie, and why no further.
struct WindowStretch : UsedStretch {
  std::int64_t end_frame = 0;  // of the video, one after the last
  FaceCause ended_by = FaceCause::kVideoEnd;
};

// What is known of a video once it is through.
struct WindowStreamReport {
  VideoInfo video;
  std::int64_t frames = 0;            // all of them, used or not
  std::vector<double> frame_times_s;  // of each
  std::vector<WindowStretch> stretches;
  Cost decode;
  Cost features;  // summed over workers
};

// How many frames of the video end with the window's last one.
std::int64_t FramesUpTo(const ComputedWindow& window, const WindowLayout& layout);

using WindowSink = std::function<void(const ComputedWindow& window)>;

struct WindowStreamOptions {
  WindowLayout layout;
  // As the published code, which knows no cuts of the picture and loses the frames after its last
  // whole hop.
  bool published = false;
};

// Reads and cuts in threads of its own, computes in those of `crew` and calls `sink` from the
// calling one, in the order of the windows, with the same bytes whatever the number of workers and
// whatever other videos they compute. No window goes across a missing frame or a break of the
// clock. Memory does not grow with the video but for 8 bytes a frame. Throws what source and
// extractors throw, and Error{kStopped}.
WindowStreamReport RunWindows(FrameSource& source, const WindowStreamOptions& options,
                              RunResources& resources, WindowCrew& crew, const WindowSink& sink,
                              const std::stop_token& stop);

}  // namespace mestr::internal
