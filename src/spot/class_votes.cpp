#include "spot/class_votes.h"

#include <algorithm>
#include <map>

namespace mestr::internal {
namespace {

constexpr double kEnoughOthers = 0.2;  // of the votes, set by hand in the published code

int ClassOf(std::span<const float> logits, const SpotOptions& options) {
  const bool keeps_neutral = options.published == PublishedDecoding::kMetst;
  std::vector<double> values(logits.begin(), logits.end());
  if (options.synergy == Synergy::kRecognition && !keeps_neutral) values[options.neutral] = 0;
  for (std::size_t c = 0; c < options.class_offsets.size(); ++c) {
    values[c] += options.class_offsets[c];
  }
  int best = -1;
  for (int c = 0; c < static_cast<int>(values.size()); ++c) {
    if (options.synergy == Synergy::kSpotting && c == options.neutral) continue;
    if (best < 0 || values[c] > values[best]) best = c;
  }
  return best;
}

int MostFrequent(std::span<const int> classes) {
  std::map<int, int> votes;
  int best = classes.front();
  for (const int voted : classes) ++votes[voted];
  for (const int voted : classes) {
    if (votes[voted] > votes[best]) best = voted;
  }
  return best;
}

}  // namespace

std::vector<int> ClassesOf(const ScoreTrack& track, const Voters& indices,
                           const SpotOptions& options) {
  std::vector<int> classes;
  for (std::int64_t i = indices.begin; i < indices.end; ++i) {
    classes.push_back(ClassOf(track.LogitsAt(i), options));
  }
  return classes;
}

Voters VotersOf(const IndexInterval& interval, std::int64_t size, PublishedDecoding published) {
  const Voters inner{std::max<std::int64_t>(0, interval.onset) + 1,
                     std::min(size, std::max<std::int64_t>(1, interval.offset - 1))};
  if (inner.begin < inner.end || published != PublishedDecoding::kNo) return inner;
  return {std::max<std::int64_t>(0, interval.onset), std::min(size, interval.offset + 1)};
}

int MajorityOf(std::span<const int> classes, std::span<const double> class_offsets) {
  std::vector<int> others;
  for (const int voted : classes) {
    const bool is_penalised =
        static_cast<std::size_t>(voted) < class_offsets.size() && class_offsets[voted] < 0;
    if (!is_penalised) others.push_back(voted);
  }
  const auto least = kEnoughOthers * static_cast<double>(classes.size());
  return MostFrequent(static_cast<double>(others.size()) > least ? others : classes);
}

}  // namespace mestr::internal
