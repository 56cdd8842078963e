#include "video/frame_timing.h"

#include <algorithm>

namespace mestr::internal {

void FrameTiming::Add(std::int64_t stamp_ticks) {
  const std::int64_t step = stamp_ticks - last_.value_or(stamp_ticks);
  if (is_break_) {
    longest_break_ = std::max(longest_break_, step);
  } else if (last_) {
    shortest_ = std::min(shortest_, step);
    longest_ = std::max(longest_, step);
    ++steps_;
  }
  is_break_ = false;
  last_ = stamp_ticks;
}

bool FrameTiming::variable() const {
  if (steps_ == 0) return false;
  if (shortest_ <= 0) return true;
  // Never as much as half a frame: where a tick is a whole frame (AVI), one tick more is a frame
  // left out.
  constexpr double kMillisecond_s = 0.001;
  const double rounding_s = std::max(tick_s_, kMillisecond_s);
  const double shortest_s = static_cast<double>(shortest_) * tick_s_;
  const double spread_s = static_cast<double>(longest_ - shortest_) * tick_s_;
  constexpr double kFloatSlack = 1 + 1e-9;
  return spread_s > std::min(rounding_s, shortest_s / 2) * kFloatSlack;
}

double FrameTiming::longest_step_s() const {
  return static_cast<double>(std::max({std::int64_t{0}, longest_, longest_break_})) * tick_s_;
}

}  // namespace mestr::internal
