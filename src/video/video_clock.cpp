#include "video/video_clock.h"

#include <algorithm>
#include <cmath>

#include "core/number_text.h"
#include "core/text.h"

namespace mestr::internal {

VideoClock::VideoClock(double tick_s, double start_s, double interval_s)
    : tick_s_(tick_s), base_s_(start_s), interval_s_(interval_s), timing_(tick_s) {}

void VideoClock::Breaks::Add(std::int64_t frame, double step_s) {
  if (count++ > 0) return;
  first_frame = frame;
  first_s = step_s;
}

void VideoClock::Rebase(std::int64_t stamp, double time_s) {
  base_stamp_ = stamp;
  base_s_ = time_s;
}

bool IsGap(double step_s, double interval_s) {
  // Half of the shortest micro-expression that counts, and more than a camera in low light loses.
  constexpr double kGap_s = 0.2;
  constexpr double kGapIntervals = 5;
  return step_s > kGap_s && step_s > kGapIntervals * interval_s;
}

ClockReading VideoClock::Next(std::optional<std::int64_t> stamp_ticks) {
  const std::int64_t frame = frames_++;
  ClockReading reading{.time_s = frame == 0 ? base_s_ : last_s_ + interval_s_};
  if (stamp_ticks) {
    const double step_s =
        last_stamp_ ? static_cast<double>(*stamp_ticks - *last_stamp_) * tick_s_ : 0;
    if (!base_stamp_) Rebase(*stamp_ticks, reading.time_s);
    if (step_s < -interval_s_) {
      reading.continues = false;
      joins_.Add(frame, step_s);
      Rebase(*stamp_ticks, reading.time_s);
      timing_.Break();
    } else if (IsGap(step_s, interval_s_)) {
      reading.continues = false;
      gaps_.Add(frame, step_s);
      timing_.Break();
    }
    timing_.Add(*stamp_ticks);
    reading.time_s = base_s_ + static_cast<double>(*stamp_ticks - *base_stamp_) * tick_s_;
    last_stamp_ = stamp_ticks;
  }
  if (frame > 0) reading.time_s = std::max(reading.time_s, last_s_);
  last_s_ = reading.time_s;
  return reading;
}

std::vector<std::string> VideoClock::Notes() const {
  std::vector<std::string> notes;
  const auto where = [](const Breaks& breaks) {
    return FixedText(std::abs(breaks.first_s), 2) + " s before frame " +
           std::to_string(breaks.first_frame + 1);
  };
  if (gaps_.count > 0) {
    notes.push_back("its clock has " + Counted(gaps_.count, "gap") + " (first: " + where(gaps_) +
                    "), as a recording has that was paused; no pair of frames spans one");
  }
  if (joins_.count > 0) {
    notes.push_back("its clock steps back " + Counted(joins_.count, "time") +
                    " (first: " + where(joins_) +
                    "), as where recordings were joined; seconds go on from there, and no pair of "
                    "frames spans a join");
  }
  return notes;
}

}  // namespace mestr::internal
