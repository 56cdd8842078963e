#include "spot/scalable_intervals.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace mestr::internal {
namespace {

// The paper's code has these.
constexpr double kRisingPart = 1.5;  // of the mean: a rise counts above mean / 1.5
constexpr std::int64_t kFurthest = 5;
constexpr double kMostOverlap = 0.2;

// The scores around one peak `center`.
class Surroundings {
 public:
  Surroundings(std::span<const float> scores, double mean, std::int64_t center, std::int64_t k_p)
      : scores_(scores),
        mean_(mean),
        center_(center),
        k_p_(k_p),
        last_(static_cast<std::int64_t>(scores.size()) - 1) {}

  IndexInterval Interval() const {
    // The way out begins at what the way in found.
    IndexInterval interval{Onset(Rise()), Offset(Fall()), 0};
    const auto begin = scores_.begin();
    interval.peak = std::max_element(begin + interval.onset, begin + interval.offset + 1) - begin;
    return interval;
  }

 private:
  bool IsLow(std::int64_t i) const { return scores_[i] < mean_; }
  bool IsHigh(std::int64_t i) const { return scores_[i] > mean_ / kRisingPart; }

  // The index before the first rise on the way to the peak.
  std::int64_t Rise() const {
    const std::int64_t furthest = std::max<std::int64_t>(0, center_ - k_p_);
    for (std::int64_t i = furthest + 1; i < center_; ++i) {
      if (scores_[i] > scores_[i - 1] && IsHigh(i)) return i - 1;
    }
    return furthest;
  }

  std::int64_t Fall() const {
    const std::int64_t furthest = std::min(last_, center_ + k_p_);
    for (std::int64_t i = furthest - 1; i > center_; --i) {
      if (scores_[i] > scores_[i + 1] && IsHigh(i)) return i + 1;
    }
    return furthest;
  }

  std::int64_t Onset(std::int64_t start) const {
    const std::int64_t furthest = std::max<std::int64_t>(0, center_ - kFurthest * k_p_);
    for (std::int64_t i = start - 1; i >= std::max<std::int64_t>(1, furthest); --i) {
      if (IsLow(i) && IsLow(i - 1)) return i + 1;
    }
    return start;
  }

  std::int64_t Offset(std::int64_t end) const {
    const std::int64_t furthest = std::min(last_, center_ + kFurthest * k_p_);
    for (std::int64_t i = end + 1; i <= std::min(last_ - 1, furthest); ++i) {
      if (IsLow(i) && IsLow(i + 1)) return i - 1;
    }
    return end;
  }

  std::span<const float> scores_;
  double mean_;
  std::int64_t center_;
  std::int64_t k_p_;
  std::int64_t last_;
};

double MeanOf(std::span<const float> scores) {
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

std::vector<IndexInterval> WithoutOverlaps(const std::vector<IndexInterval>& found, int k_p) {
  std::vector<IndexInterval> kept;
  for (const IndexInterval& interval : found) {
    const bool is_apart = std::all_of(kept.begin(), kept.end(), [&](const IndexInterval& other) {
      return OverlapOverHull(interval, other) < kMostOverlap &&
             std::abs(interval.peak - other.peak) > k_p;
    });
    if (is_apart) kept.push_back(interval);
  }
  return kept;
}

}  // namespace

std::vector<IndexInterval> ScalableIntervals(std::span<const float> scores,
                                             std::span<const std::int64_t> peaks, int k_p_frames) {
  if (peaks.empty()) return {};
  const double mean = MeanOf(scores);
  std::vector<IndexInterval> found;
  for (const std::int64_t peak : peaks) {
    found.push_back(Surroundings(scores, mean, peak, k_p_frames).Interval());
  }
  std::stable_sort(found.begin(), found.end(), [](const IndexInterval& a, const IndexInterval& b) {
    return a.onset < b.onset;
  });
  return WithoutOverlaps(found, k_p_frames);
}

}  // namespace mestr::internal
