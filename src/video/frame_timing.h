// Whether a video's time stamps are evenly spaced.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace mestr::internal {

// Takes time stamps in order. Containers round them to their tick (Matroska and WebM: 1 ms, so that
// 30 fps is 33, 33, 34 ms), and a video that once was in such a container keeps that rounding in a
// finer one. Steps that differ by no more than the rounding are even.
class FrameTiming {
 public:
  explicit FrameTiming(double tick_s) : tick_s_(tick_s) {}

  void Add(std::int64_t stamp_ticks);
  // The step to the next stamp is a pause's, or that of another clock: it says nothing of evenness.
  void Break() { is_break_ = true; }
  bool variable() const;
  double longest_step_s() const;  // breaks as well; 0 before the second stamp

 private:
  double tick_s_;
  bool is_break_ = false;
  std::int64_t steps_ = 0;  // without breaks
  std::optional<std::int64_t> last_;
  std::int64_t longest_break_ = 0;
  std::int64_t shortest_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t longest_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace mestr::internal
