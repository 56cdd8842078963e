// Intervals of scores that are probabilities.
#include <algorithm>

#include "mestr/spot/spot.h"
#include "spot/score_extents.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Indices = std::vector<std::int64_t>;  // begin, end, peak

std::vector<Indices> Extents(const std::vector<float>& scores, double least) {
  std::vector<Indices> found;
  for (const ScoreExtent& e : ExtentsOf(scores, least)) found.push_back({e.begin, e.end, e.peak});
  return found;
}

TEST(ScoreExtents, ReachToHalfOfThePeak) {
  EXPECT_THAT(Extents({0.1F, 0.39F, 0.4F, 0.8F, 0.5F, 0.2F}, 0.5), ElementsAre(Indices{2, 5, 3}));
}

TEST(ScoreExtents, OfAPeakAtTheEdge) {
  EXPECT_THAT(Extents({0.9F, 0.8F, 0.1F, 0.6F}, 0.5),
              ElementsAre(Indices{0, 2, 0}, Indices{3, 4, 3}));
}

TEST(ScoreExtents, ASlopeBesideAHigherPeakIsNoPeak) {
  // 0.49 lies below half of 1.0, and above half of itself.
  EXPECT_THAT(Extents({0, 1.0F, 0.49F, 0.4F, 0}, 0.3), ElementsAre(Indices{1, 2, 1}));
}

TEST(ScoreExtents, NoPeakReachesTheLeast) {
  EXPECT_THAT(Extents({0.1F, 0.4F, 0.2F}, 0.5), IsEmpty());
}

TEST(ScoreExtents, OfNothing) { EXPECT_THAT(Extents({}, 0.5), IsEmpty()); }

// Scores of three frames a peak, with the second class at every index.
ScoreTrack Track(const std::vector<float>& scores, std::int64_t first_frame = 0) {
  ScoreTrack track;
  track.first_frame = first_frame;
  track.frames = first_frame + static_cast<std::int64_t>(scores.size()) + 3;
  track.classes = 2;
  track.spot = scores;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    track.probabilities.insert(track.probabilities.end(), {0.25F, 0.75F});
  }
  track.valid.assign(scores.size(), 1);
  return track;
}

SpotOptions Options(double p = 0.5) {
  SpotOptions options;
  options.rule = SpotRule::kProbability;
  options.fps = 30;
  options.p = p;
  return options;
}

TEST(Probabilities, GiveTheFramesAroundAPeakAndItsClass) {
  const Spotting spotting = SpotExpressions(Track({0, 0, 0.6F, 0.9F, 0.6F, 0.1F, 0}, 5), Options());
  ASSERT_EQ(spotting.intervals.size(), 1U);
  const SpottedInterval& found = spotting.intervals.front();
  EXPECT_EQ(found.interval, (Interval{7, 9}));
  EXPECT_EQ(found.peak, 8);
  EXPECT_FLOAT_EQ(static_cast<float>(found.score), 0.9F);
  EXPECT_EQ(found.class_index, 1);
  EXPECT_DOUBLE_EQ(found.probability, 0.75);
  EXPECT_EQ(spotting.threshold, 0.5);
}

TEST(Probabilities, OfAStillVideoGiveNothing) {
  EXPECT_THAT(SpotExpressions(Track(std::vector<float>(100, 0.2F)), Options()).intervals,
              IsEmpty());
  EXPECT_THAT(SpotExpressions(Track(std::vector<float>(100, 0)), Options(0)).intervals, IsEmpty());
}

TEST(Probabilities, WhatLastsLongerIsToldApart) {
  std::vector<float> scores(60, 0);
  std::fill(scores.begin() + 20, scores.begin() + 39, 0.8F);  // 19 frames: 0.63 s
  const Spotting spotting = SpotExpressions(Track(scores), Options());
  EXPECT_THAT(spotting.intervals, IsEmpty());
  ASSERT_EQ(spotting.longer.size(), 1U);
  EXPECT_EQ(spotting.longer.front().interval, (Interval{20, 38}));
}

TEST(Probabilities, WhatIsTooShortIsNone) {
  const Spotting spotting = SpotExpressions(Track({0, 0.9F, 0, 0, 0.9F, 0.8F, 0}), Options());
  ASSERT_EQ(spotting.intervals.size(), 1U);
  EXPECT_EQ(spotting.intervals.front().interval, (Interval{4, 5}));
}

TEST(Probabilities, DoNotGoAcrossAGap) {
  ScoreTrack track = Track({0, 0.7F, 0.9F, 0.9F, 0.9F, 0.7F, 0});
  track.valid[3] = 0;
  const Spotting spotting = SpotExpressions(track, Options());
  ASSERT_EQ(spotting.intervals.size(), 2U);
  EXPECT_EQ(spotting.intervals[0].interval, (Interval{1, 2}));
  EXPECT_EQ(spotting.intervals[1].interval, (Interval{4, 5}));
  EXPECT_EQ(spotting.smoothed[3], 0);
}

}  // namespace
}  // namespace mestr::internal
