// The seconds of a video's frames, and where its clock breaks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "video/frame_timing.h"

namespace mestr::internal {

struct ClockReading {
  double time_s = 0;
  bool continues = true;  // as Frame::continues
};

// Whether frames are missing where the clock steps so far: by more than 0.2 s and by more than five
// usual intervals.
bool IsGap(double step_s, double interval_s);

// Takes the time stamps of the frames in the order in which they are shown. A step back of more
// than a usual interval is a join of two streams, after which the clock goes on as players let it:
// one usual interval later. Seconds never step back.
class VideoClock {
 public:
  // The first frame is shown at `start_s`; `interval_s` > 0 is the usual step.
  VideoClock(double tick_s, double start_s, double interval_s);

  // Before the first frame: the stamp that is shown at `start_s`, where that is not the first
  // frame's (those before it can't be decoded).
  void StartAt(std::int64_t stamp_ticks) { base_stamp_ = stamp_ticks; }

  // Without a stamp a frame follows the one before by the usual step.
  ClockReading Next(std::optional<std::int64_t> stamp_ticks);

  // Of the steps that are neither gaps nor joins.
  const FrameTiming& timing() const { return timing_; }

  // One line each about gaps and joins, so far.
  std::vector<std::string> Notes() const;

 private:
  struct Breaks {
    std::int64_t count = 0;
    std::int64_t first_frame = 0;  // 0-based, of the frame after it
    double first_s = 0;            // how far the clock stepped
    void Add(std::int64_t frame, double step_s);
  };

  void Rebase(std::int64_t stamp, double time_s);

  double tick_s_;
  // The stamp that seconds are counted from, and its second.
  std::optional<std::int64_t> base_stamp_;
  double base_s_;
  double interval_s_;
  FrameTiming timing_;
  std::int64_t frames_ = 0;
  std::optional<std::int64_t> last_stamp_;
  double last_s_ = 0;
  Breaks gaps_;
  Breaks joins_;
};

}  // namespace mestr::internal
