// The loop over the videos of a command, and its one rule.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "mestr/pipeline/analyzer.h"
#include "mestr/video/inputs.h"
#include "pipeline/run_resources.h"

namespace mestr::internal {

struct VideoOutcome;  // pipeline/run.h

// Which video it is whose turn to be told of has come.
struct VideoTurn {
  std::size_t index = 0;  // from 0
  std::size_t count = 0;  // of all
  const VideoInput& input;
  std::chrono::steady_clock::time_point began;
};

// What is done already of the videos behind the one whose turn it is.
struct VideosAhead {
  double computed = 0;          // in videos
  std::size_t passed_over = 0;  // without a frame: their results were there, or they failed at once
  friend bool operator==(const VideosAhead&, const VideosAhead&) = default;
};

// Told what happens, from the calling thread and in the order of the inputs: all of one video, then
// all of the next, though both may be on their way at the same time.
struct RunObserver : AnalysisObserver {
  std::function<void(std::size_t count)> on_start;  // before the first of so many videos
  std::function<void(const VideoTurn& turn)> on_video;
  std::function<void(const VideosAhead& ahead)> on_ahead;  // before on_progress
  std::function<void(const VideoInput& input, const std::string& why)> on_video_failed;
  // Of `mestr run`, for each video that did not fail, before on_video_done.
  std::function<void(const VideoOutcome& outcome)> on_outcome;
  // `seconds`: from its begin to its end.
  std::function<void(const VideoInput& input, double seconds)> on_video_done;
  // Asked before each video: where it is true, the run ends with Error{kStopped}, once those that
  // are on their way are through.
  std::function<bool()> stops_after_video;
  std::stop_token stop;  // the same within a video
};

// What a command does with its videos.
class VideoWork {
 public:
  virtual ~VideoWork() = default;

  // From several threads at the same time, for a video each. `observer` is told from that thread;
  // a stop request of `stop` is to end it with Error{kStopped}.
  virtual void Process(const VideoInput& input, const AnalysisObserver& observer,
                       const std::stop_token& stop) = 0;
  // From the same thread.
  virtual void Fail(const VideoInput& input, const std::string& why) = 0;
  // That Process came to its end: from the calling thread, in the order of the inputs.
  virtual void Report(const VideoInput& /*input*/) {}
};

// Begins a video as soon as a processor of `resources` has had nothing to do, at most `most` at the
// same time (1: one after another), in the order of the inputs. What goes wrong with one video's
// file or with the model for it is that video's failure, and the next one may be better: Fail is
// told why. Everything else (the config, the output folder, the device, a bug) would go wrong with
// every video and ends the run: those on their way are stopped, and it is thrown.
void ForEachVideo(const std::vector<VideoInput>& inputs, const RunObserver& observer,
                  RunResources& resources, std::size_t most, VideoWork& work);

}  // namespace mestr::internal
