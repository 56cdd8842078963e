// The loop over the videos of a command, and its one rule.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "mestr/pipeline/analyzer.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

struct VideoOutcome;  // pipeline/run.h

// Told what happens, from the calling thread.
struct RunObserver : AnalysisObserver {
  std::function<void(std::size_t count)> on_start;  // before the first of so many videos
  std::function<void(std::size_t index, std::size_t count, const VideoInput& input)> on_video;
  std::function<void(const VideoInput& input, const std::string& why)> on_video_failed;
  // Of `mestr run`, for each video that did not fail, before on_video_done.
  std::function<void(const VideoOutcome& outcome)> on_outcome;
  std::function<void(const VideoInput& input)> on_video_done;
  // Asked before each video: where it is true, the run ends with Error{kStopped}.
  std::function<bool()> stops_after_video;
  std::stop_token stop;  // the same within a video
};

// What goes wrong with one video's file or with the model for it is that video's failure, and the
// next one may be better: `fail` is told why. Everything else (the config, the output folder, the
// device, a bug) would go wrong with every video and ends the run: it is thrown.
void ForEachVideo(const std::vector<VideoInput>& inputs, const RunObserver& observer,
                  const std::function<void(const VideoInput& input)>& process,
                  const std::function<void(const VideoInput& input, const std::string& why)>& fail);

}  // namespace mestr::internal
