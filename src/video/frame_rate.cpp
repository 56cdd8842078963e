#include "video/frame_rate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/number_text.h"

namespace mestr::internal {
namespace {

// Times of frames that belong together, in the order in which they are shown.
using Clock = std::vector<std::int64_t>;

// Cut where the order of the file steps back: the clocks of joined streams overlap.
std::vector<Clock> Clocks(std::span<const PacketTimes> packets) {
  std::vector<Clock> clocks(1);
  std::optional<std::int64_t> before;
  for (const PacketTimes& times : packets) {
    const auto order = times.decoded ? times.decoded : times.shown;
    const auto shown = times.shown ? times.shown : times.decoded;
    if (!shown) continue;
    // Without a time of decoding, reordered frames step back, too.
    if (times.decoded && before && *order < *before) clocks.emplace_back();
    if (times.decoded) before = order;
    clocks.back().push_back(*shown);
  }
  for (Clock& clock : clocks) std::sort(clock.begin(), clock.end());
  return clocks;
}

std::vector<std::int64_t> StepsOf(const std::vector<Clock>& clocks) {
  std::vector<std::int64_t> steps;
  for (const Clock& clock : clocks) {
    for (std::size_t i = 1; i < clock.size(); ++i) {
      if (clock[i] > clock[i - 1]) steps.push_back(clock[i] - clock[i - 1]);
    }
  }
  return steps;
}

// As many digits as time stamps of some seconds can carry: whole rates are meant where they are
// near.
double Rounded(double fps) {
  constexpr double kNearWhole = 0.01;
  const double whole = std::round(fps);
  if (whole >= 1 && std::abs(fps - whole) <= kNearWhole * whole) return whole;
  return std::round(fps * 100) / 100 > 0 ? std::round(fps * 100) / 100 : fps;
}

bool Differ(double a, double b) {
  constexpr double kContradiction = 0.1;
  return std::abs(a - b) > kContradiction * std::max(a, b);
}

// An AVI's tick is a frame; nobody films with a millisecond's or finer.
bool IsClockTick(double fps, double tick_s) {
  constexpr double kFinestFrame_s = 0.001;
  return tick_s <= kFinestFrame_s && !Differ(fps, 1 / tick_s);
}

}  // namespace

std::optional<double> UsualInterval_s(std::span<const PacketTimes> packets, double tick_s) {
  std::vector<std::int64_t> steps = StepsOf(Clocks(packets));
  if (steps.empty()) return std::nullopt;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  const auto median = static_cast<double>(*middle);
  std::erase_if(steps, [&](std::int64_t step) {
    return static_cast<double>(step) < 0.5 * median || static_cast<double>(step) > 1.5 * median;
  });
  const double sum = std::accumulate(steps.begin(), steps.end(), 0.0);
  return sum / static_cast<double>(steps.size()) * tick_s;
}

FrameRate ChooseFrameRate(const RateSources& sources) {
  std::optional<double> header = sources.header_fps;
  std::string said = "its header says no frame rate";
  if (header) said = "its header says " + NumberText(*header) + " fps";
  if (header && IsClockTick(*header, sources.tick_s)) {
    said += ", a tick of its clock";
    header.reset();
  }
  if (!sources.interval_s) return {.fps = header, .note = {}};
  const double stamps = 1 / *sources.interval_s;
  if (header && !Differ(stamps, *header)) return {.fps = header, .note = {}};
  if (header && sources.interlaced && !Differ(stamps, 2 * *header)) return {header, {}};
  const double fps = Rounded(stamps);
  return {fps, said + ", its time stamps " + NumberText(fps) +
                   " (from their usual interval): " + NumberText(fps) + " fps is taken"};
}

}  // namespace mestr::internal
