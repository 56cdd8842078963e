#include "video/named_times.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/limits.h"
#include "video/frame_timing.h"

namespace mestr::internal {

NamedTimes ReadTimes(std::span<const double> times_s, double unit_s) {
  NamedTimes result;
  if (times_s.size() < 2) return result;
  std::vector<double> steps_s;
  FrameTiming timing(unit_s);
  timing.Add(std::llround(times_s.front() / unit_s));
  for (std::size_t i = 1; i < times_s.size(); ++i) {
    steps_s.push_back(times_s[i] - times_s[i - 1]);
    timing.Add(std::llround(times_s[i] / unit_s));
  }
  result.variable = timing.variable();

  std::vector<double> sorted = steps_s;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double usual_s = *middle;
  constexpr double kGap = 1.5;
  double intervals = 0;
  double length_s = 0;  // of these
  for (std::size_t i = 0; i < steps_s.size(); ++i) {
    if (steps_s[i] <= kGap * usual_s) {
      ++intervals;
      length_s += steps_s[i];
      continue;
    }
    if (result.gaps == 0 || steps_s[i] > steps_s[result.longest_gap_after]) {
      result.longest_gap_after = i;
    }
    ++result.gaps;
  }
  // The mean of the usual intervals has the rounding of the names at the ends of each stretch
  // alone; within what is left of it, a whole rate is as good.
  double fps = intervals / length_s;
  const double rounding_s = unit_s * static_cast<double>(result.gaps + 1);
  if (std::abs(fps - std::round(fps)) <= fps * rounding_s / length_s) fps = std::round(fps);
  if (FrameRateLimits().Contain(fps)) result.fps = fps;
  return result;
}

}  // namespace mestr::internal
