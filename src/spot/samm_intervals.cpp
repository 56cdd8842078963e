#include "spot/samm_intervals.h"

#include <algorithm>

namespace mestr::internal {
namespace {

// Set by hand in the published code, which looks tuned to the test set.
constexpr double kLowNear = 0.2;
constexpr double kLowFar = 0.8;

class Surroundings {
 public:
  Surroundings(std::span<const double> smoothed, std::int64_t center, std::int64_t k_p)
      : smoothed_(smoothed),
        center_(center),
        k_p_(k_p),
        last_(static_cast<std::int64_t>(smoothed.size()) - 1) {}

  IndexInterval Interval() const {
    IndexInterval interval{Onset(), Offset(), 0};
    const auto begin = smoothed_.begin();
    interval.peak = std::max_element(begin + interval.onset, begin + interval.offset + 1) - begin;
    return interval;
  }

 private:
  bool AreBelow(double low, std::int64_t a, std::int64_t b) const {
    return smoothed_[a] < low && smoothed_[b] < low;
  }

  std::int64_t Onset() const {
    const std::int64_t near = std::max<std::int64_t>(0, center_ - k_p_);
    const std::int64_t far = std::max<std::int64_t>(0, center_ - 2 * k_p_);
    for (std::int64_t i = center_ - 1; i >= far; --i) {
      if (i > 0 && AreBelow(i >= near ? kLowNear : kLowFar, i, i - 1)) return i;
    }
    return far;
  }

  // The published loop never looks at index `near` itself.
  std::int64_t Offset() const {
    const std::int64_t near = std::min(last_, center_ + k_p_);
    const std::int64_t far = std::min(last_, center_ + 2 * k_p_);
    for (std::int64_t i = center_ + 1; i < near; ++i) {
      if (AreBelow(kLowNear, i, i + 1)) return i + 1;
    }
    for (std::int64_t i = near + 1; i < far; ++i) {
      if (AreBelow(kLowFar, i, i + 1)) return i + 1;
    }
    return far;
  }

  std::span<const double> smoothed_;
  std::int64_t center_;
  std::int64_t k_p_;
  std::int64_t last_;
};

}  // namespace

std::vector<IndexInterval> SammIntervals(std::span<const double> smoothed,
                                         std::span<const std::int64_t> peaks, int k_p_frames) {
  std::vector<IndexInterval> intervals;
  for (const std::int64_t peak : peaks) {
    intervals.push_back(Surroundings(smoothed, peak, k_p_frames).Interval());
  }
  return intervals;
}

}  // namespace mestr::internal
