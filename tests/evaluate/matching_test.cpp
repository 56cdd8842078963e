#include "evaluate/matching.h"

#include <random>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::IsEmpty;
using Intervals = std::vector<Interval>;

std::vector<std::pair<std::size_t, std::size_t>> Pairs(const Intervals& predictions,
                                                       const Intervals& labels, double iou = 0.5) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const Match& hit : MatchIntervals(predictions, labels, iou)) {
    pairs.emplace_back(hit.prediction, hit.label);
  }
  return pairs;
}

TEST(MatchIntervals, CountsInclusiveFramesAndTakesTheThresholdItself) {
  // 10 frames each, 0..9 and 3..12 share 7 of 13; 0..9 and 4..13 share 6 of 14.
  EXPECT_EQ(Pairs({{3, 12}}, {{0, 9}}).size(), 1u);
  EXPECT_THAT(Pairs({{4, 13}}, {{0, 9}}), IsEmpty());
  // 5 of 10 frames: exactly 0.5.
  EXPECT_EQ(Pairs({{0, 4}}, {{0, 9}}).size(), 1u);
  EXPECT_THAT(Pairs({{0, 3}}, {{0, 9}}), IsEmpty());
}

TEST(MatchIntervals, GivesEachLabelOneHit) {
  EXPECT_THAT(Pairs({{0, 9}, {1, 10}}, {{0, 9}}), ElementsAre(std::pair(0, 0)));
}

TEST(MatchIntervals, GoesByOnsetNotByQuality) {
  // The first one overlaps worse but comes first and takes the label.
  EXPECT_THAT(Pairs({{10, 19}, {8, 19}}, {{10, 19}}), ElementsAre(std::pair(1, 0)));
}

TEST(MatchIntervals, KeepsTheGivenOrderOfEqualOnsets) {
  EXPECT_THAT(Pairs({{10, 17}, {10, 19}}, {{10, 19}}), ElementsAre(std::pair(0, 0)));
}

TEST(MatchIntervals, TakesTheLabelItOverlapsMostAndNoOther) {
  // Both predictions overlap label 0 most; the second must not fall back on label 1, which it
  // overlaps by more than half too.
  const Intervals labels = {{10, 29}, {14, 33}};
  EXPECT_GE(IntersectionOverUnion({11, 30}, labels[1]), 0.5);
  EXPECT_THAT(Pairs({{10, 29}, {11, 30}}, labels), ElementsAre(std::pair(0, 0)));
}

TEST(MatchIntervals, GivesEqualOverlapsToTheEarlierLabel) {
  const Intervals labels = {{15, 24}, {5, 14}};
  EXPECT_THAT(Pairs({{5, 24}}, labels), ElementsAre(std::pair(0, 1)));
}

TEST(MatchIntervals, FindsALongLabelBehindShortOnes) {
  EXPECT_THAT(Pairs({{100, 199}}, {{0, 5}, {90, 205}, {95, 97}, {98, 99}}),
              ElementsAre(std::pair(0, 1)));
}

TEST(MatchIntervals, TakesAnotherThreshold) {
  EXPECT_EQ(Pairs({{3, 12}}, {{0, 9}}, 7.0 / 13).size(), 1u);
  EXPECT_THAT(Pairs({{3, 12}}, {{0, 9}}, 0.54), IsEmpty());
}

TEST(MatchIntervals, NeverMatchesWhatDoesNotOverlap) {
  EXPECT_THAT(Pairs({{0, 4}}, {{5, 9}}, 1e-9), IsEmpty());
  EXPECT_THAT(Pairs({}, {{5, 9}}), IsEmpty());
  EXPECT_THAT(Pairs({{0, 4}}, {}), IsEmpty());
}

// The rule as the protocol words it, without an index.
std::vector<Match> MatchPlainly(const Intervals& predictions, const Intervals& labels, double iou) {
  std::vector<bool> is_hit(labels.size());
  std::vector<Match> hits;
  for (std::size_t p = 0; p < predictions.size(); ++p) {
    Match best = {p, 0, -1};
    for (std::size_t l = 0; l < labels.size(); ++l) {
      const double overlap = IntersectionOverUnion(predictions[p], labels[l]);
      if (overlap > best.iou) best = {p, l, overlap};
    }
    if (best.iou < iou || is_hit[best.label]) continue;
    is_hit[best.label] = true;
    hits.push_back(best);
  }
  return hits;
}

TEST(MatchIntervals, AgreesWithThePlainRuleOnRandomVideos) {
  std::mt19937 random(7);
  const auto make = [&](std::size_t count) {
    Intervals intervals;
    for (std::size_t i = 0; i < count; ++i) {
      const auto onset = static_cast<std::int64_t>(random() % 300);
      intervals.push_back({onset, onset + static_cast<std::int64_t>(random() % 40)});
    }
    std::stable_sort(intervals.begin(), intervals.end(),
                     [](const Interval& a, const Interval& b) { return a.onset < b.onset; });
    return intervals;
  };
  std::size_t hits = 0;
  for (int video = 0; video < 300; ++video) {
    const Intervals predictions = make(random() % 30);
    const Intervals labels = make(1 + random() % 20);
    const std::vector<Match> found = MatchIntervals(predictions, labels, 0.5);
    EXPECT_EQ(found, MatchPlainly(predictions, labels, 0.5));
    hits += found.size();
  }
  EXPECT_GT(hits, 300u);
}

TEST(MatchByScore, LetsTheHighestScoreChooseFirst) {
  // Onset order would give the label to prediction 0.
  const auto hits =
      MatchByScore(Intervals{{8, 19}, {10, 19}}, std::vector{0.1, 0.9}, Intervals{{10, 19}});
  EXPECT_THAT(hits, ElementsAre(0, (1 << kApThresholds) - 1));
}

TEST(MatchByScore, FallsBackOnTheNextLabelThatIsFree) {
  const Intervals labels = {{10, 29}, {14, 33}};
  // 11..30 overlaps label 1 by 17 of 23 frames, 0.739: a hit up to 0.70.
  const auto hits = MatchByScore(Intervals{{10, 29}, {11, 30}}, std::vector{0.9, 0.5}, labels);
  EXPECT_EQ(hits[0], (1 << kApThresholds) - 1);
  EXPECT_EQ(hits[1], 0b11111);
}

TEST(MatchByScore, HitsAtEveryThresholdUpToItsOverlap) {
  // 9 of 15 frames: 0.6, a hit at 0.50, 0.55 and 0.60 itself.
  EXPECT_THAT(MatchByScore(Intervals{{0, 8}}, std::vector{1.0}, Intervals{{0, 14}}),
              ElementsAre(0b111));
}

TEST(MatchByScore, NeedsAScoreForEachPrediction) {
  EXPECT_FALSE(ErrorMessage(ErrorKind::kInvalidArgument, [] {
                 MatchByScore(Intervals{{0, 8}}, std::vector<double>{}, Intervals{});
               }).empty());
}

}  // namespace
}  // namespace mestr::internal
