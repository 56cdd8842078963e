#include "spot/score_extents.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace mestr::internal {
namespace {

constexpr double kExtent = 0.5;  // of the peak

class Extents {
 public:
  explicit Extents(std::span<const float> scores) : scores_(scores), taken_(scores.size(), false) {}

  // Takes what belongs to the peak; an index beside a former extent is a slope of its peak.
  std::optional<ScoreExtent> Take(std::int64_t peak) {
    if (taken_[peak]) return std::nullopt;
    const double least = kExtent * scores_[peak];
    ScoreExtent extent{peak, peak + 1, peak};
    while (IsFree(extent.begin - 1) && scores_[extent.begin - 1] >= least) --extent.begin;
    while (IsFree(extent.end) && scores_[extent.end] >= least) ++extent.end;
    const bool on_a_slope = IsTaken(extent.begin - 1) || IsTaken(extent.end);
    std::fill(taken_.begin() + extent.begin, taken_.begin() + extent.end, true);
    if (on_a_slope) return std::nullopt;
    return extent;
  }

 private:
  bool IsInside(std::int64_t i) const {
    return i >= 0 && i < static_cast<std::int64_t>(scores_.size());
  }
  bool IsFree(std::int64_t i) const { return IsInside(i) && !taken_[i]; }
  bool IsTaken(std::int64_t i) const { return IsInside(i) && taken_[i]; }

  std::span<const float> scores_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<ScoreExtent> ExtentsOf(std::span<const float> scores, double least) {
  std::vector<std::int64_t> by_height(scores.size());
  std::iota(by_height.begin(), by_height.end(), std::int64_t{0});
  std::erase_if(by_height, [&](std::int64_t i) { return scores[i] < least; });
  std::stable_sort(by_height.begin(), by_height.end(),
                   [&](std::int64_t a, std::int64_t b) { return scores[a] > scores[b]; });
  Extents free(scores);
  std::vector<ScoreExtent> extents;
  for (const std::int64_t at : by_height) {
    if (const auto extent = free.Take(at)) extents.push_back(*extent);
  }
  std::sort(extents.begin(), extents.end(),
            [](const ScoreExtent& a, const ScoreExtent& b) { return a.peak < b.peak; });
  return extents;
}

}  // namespace mestr::internal
