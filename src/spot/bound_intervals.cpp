#include "spot/bound_intervals.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "mestr/core/interval.h"

namespace mestr::internal {
namespace {

constexpr double kMostOverlap = 0.2;

// A network may give any finite bound: what reaches beyond the scores is clipped before it is
// rounded.
std::int64_t Distance(float bound, std::int64_t most) {
  return std::lround(std::clamp(static_cast<double>(bound), 0.0, static_cast<double>(most)));
}

IndexInterval At(std::int64_t i, std::span<const float> bounds, std::int64_t size) {
  return {i - Distance(bounds[2 * i], i), i + Distance(bounds[2 * i + 1], size - 1 - i), i};
}

bool Overlap(const IndexInterval& a, const IndexInterval& b) {
  return IntersectionOverUnion({a.onset, a.offset}, {b.onset, b.offset}) > kMostOverlap;
}

}  // namespace

std::vector<IndexInterval> BoundIntervals(std::span<const float> scores,
                                          std::span<const float> bounds, double least) {
  const auto size = static_cast<std::int64_t>(scores.size());
  std::vector<std::int64_t> by_score(scores.size());
  std::iota(by_score.begin(), by_score.end(), std::int64_t{0});
  std::erase_if(by_score, [&](std::int64_t i) { return scores[i] < least; });
  std::stable_sort(by_score.begin(), by_score.end(),
                   [&](std::int64_t a, std::int64_t b) { return scores[a] > scores[b]; });
  std::vector<IndexInterval> kept;
  for (const std::int64_t i : by_score) {
    const IndexInterval interval = At(i, bounds, size);
    const bool is_free = std::none_of(kept.begin(), kept.end(), [&](const IndexInterval& other) {
      return Overlap(interval, other);
    });
    if (is_free) kept.push_back(interval);
  }
  std::sort(kept.begin(), kept.end(),
            [](const IndexInterval& a, const IndexInterval& b) { return a.peak < b.peak; });
  return kept;
}

}  // namespace mestr::internal
