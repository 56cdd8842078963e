// The rules of networks of windows, one by one.
#include "mestr/spot/spot.h"
#include "spot/bound_intervals.h"
#include "spot/class_votes.h"
#include "spot/made_track.h"
#include "spot/samm_intervals.h"
#include "spot/scalable_intervals.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TrackOfClasses;
using testing::TrackOfLogits;

// The class of one index, five classes, neutral the last.
int ClassOf(const std::vector<float>& logits, SpotOptions options) {
  options.neutral = 4;
  return ClassesOf(TrackOfLogits(std::vector<float>{0.5F}, logits, 5), {0, 1}, options).front();
}

TEST(ClassesOf, BySynergyOfTheLargestLogit) {
  const std::vector<float> logits = {-1, 0.5F, -3, 0.25F, 5};
  EXPECT_EQ(ClassOf(logits, {}), 4);
  EXPECT_EQ(ClassOf(logits, {.synergy = Synergy::kRecognition}), 1);
  EXPECT_EQ(ClassOf(logits, {.synergy = Synergy::kSpotting}), 1);
  EXPECT_EQ(
      ClassOf(logits, {.synergy = Synergy::kRecognition, .published = PublishedDecoding::kMetst}),
      4);
}

TEST(ClassesOf, RecognitionSaysNeutralWhereAllOthersAreBelowZero) {
  const std::vector<float> logits = {-1, -0.5F, -3, -2, -9};
  EXPECT_EQ(ClassOf(logits, {.synergy = Synergy::kRecognition}), 4);
  EXPECT_EQ(ClassOf(logits, {.synergy = Synergy::kSpotting}), 1);
}

TEST(ClassesOf, OffsetsAreAddedAndOfEqualOnesTheFirstCounts) {
  EXPECT_EQ(ClassOf({1.5F, 1, 0, 0, 0}, {}), 0);
  EXPECT_EQ(ClassOf({1.5F, 1, 0, 0, 0}, {.class_offsets = {-1, 0, 0, 0, 0}}), 1);
  EXPECT_EQ(ClassOf({1, 1, 0, 0, 0}, {}), 0);
}

TEST(VotersOf, ShavesTheFirstAndTheLastTwo) {
  const Voters voters = VotersOf({2, 9, 5}, 20, PublishedDecoding::kNo);
  EXPECT_EQ(voters.begin, 3);
  EXPECT_EQ(voters.end, 8);
}

TEST(VotersOf, AllVoteWhereNoneWouldBeLeft) {
  const Voters ours = VotersOf({2, 4, 3}, 20, PublishedDecoding::kNo);
  EXPECT_EQ(ours.begin, 2);
  EXPECT_EQ(ours.end, 5);
  const Voters published = VotersOf({2, 4, 3}, 20, PublishedDecoding::kBoosting);
  EXPECT_GE(published.begin, published.end);
}

TEST(VotersOf, StaysWithinTheScores) {
  const Voters voters = VotersOf({-4, 30, 5}, 20, PublishedDecoding::kBoosting);
  EXPECT_EQ(voters.begin, 1);
  EXPECT_EQ(voters.end, 20);
}

TEST(MajorityOf, GivesATieToTheClassMetFirst) {
  const std::vector<int> classes = {2, 1, 1, 2, 0};
  EXPECT_EQ(MajorityOf(classes, {}), 2);
}

TEST(MajorityOf, APenalisedClassLosesToMoreThanAFifthOfOthers) {
  const std::vector<double> offsets = {-1, 0, 0, 0, 0};
  const std::vector<int> a_fifth = {0, 0, 0, 0, 0, 0, 0, 0, 3, 4};
  EXPECT_EQ(MajorityOf(a_fifth, offsets), 0);
  const std::vector<int> more = {0, 0, 0, 0, 0, 0, 0, 3, 4, 4};
  EXPECT_EQ(MajorityOf(more, offsets), 4);
  EXPECT_EQ(MajorityOf(more, {}), 0);
}

// A hill of half width 5 around each place.
std::vector<float> Hills(std::size_t size, const std::vector<std::pair<int, float>>& hills) {
  std::vector<float> scores(size, 0);
  constexpr float kShape[] = {1, 0.9F, 0.7F, 0.5F, 0.3F, 0.1F};
  for (const auto& [at, height] : hills) {
    for (int d = -5; d <= 5; ++d) {
      scores[at + d] = std::max(scores[at + d], height * kShape[std::abs(d)]);
    }
  }
  return scores;
}

TEST(ScalableIntervals, GrowToWhereTwoInARowLieBelowTheMean) {
  // Mean 0.15. Within k_p: rises from 12 on, falls to 18; further out 10 and 20 are low, and 9 and
  // 21.
  const std::vector<std::int64_t> peaks = {15};
  EXPECT_THAT(ScalableIntervals(Hills(40, {{15, 1}}), peaks, 3),
              ElementsAre(IndexInterval{11, 19, 15}));
}

TEST(ScalableIntervals, ThePeakIsThatOfTheRawScores) {
  const std::vector<std::int64_t> peaks = {17};
  EXPECT_THAT(ScalableIntervals(Hills(40, {{15, 1}}), peaks, 3),
              ElementsAre(IndexInterval{11, 20, 15}));
}

TEST(ScalableIntervals, OfTwoThatOverlapTheEarlierStaysNotTheStronger) {
  // Between them nothing lies below the mean, so that both reach over both hills.
  const std::vector<float> scores = Hills(60, {{20, 0.5F}, {26, 1}});
  const std::vector<std::int64_t> both = {20, 26};
  const std::vector<IndexInterval> kept = ScalableIntervals(scores, both, 3);
  ASSERT_EQ(kept.size(), 1U);
  const std::vector<std::int64_t> first = {20};
  EXPECT_EQ(kept, ScalableIntervals(scores, first, 3));
}

TEST(ScalableIntervals, ThoseApartAllStay) {
  const std::vector<float> scores = Hills(80, {{20, 0.5F}, {50, 1}});
  const std::vector<std::int64_t> peaks = {20, 50};
  EXPECT_EQ(ScalableIntervals(scores, peaks, 3).size(), 2U);
}

TEST(ScalableIntervals, StayWithinTheScores) {
  const std::vector<float> high(12, 1);
  const std::vector<std::int64_t> peaks = {2};
  EXPECT_THAT(ScalableIntervals(high, peaks, 6), ElementsAre(IndexInterval{0, 8, 0}));
  const std::vector<std::int64_t> none;
  EXPECT_THAT(ScalableIntervals(high, none, 6), IsEmpty());
}

std::vector<double> Flat(double value) { return std::vector<double>(31, value); }

TEST(SammIntervals, AreFourKpWideWhereNothingIsLow) {
  std::vector<double> smoothed = Flat(0.9);
  smoothed[16] = 0.95;
  const std::vector<std::int64_t> peaks = {15};
  EXPECT_THAT(SammIntervals(smoothed, peaks, 3), ElementsAre(IndexInterval{9, 21, 16}));
}

TEST(SammIntervals, EndWhereTwoInARowAreLowNearThePeak) {
  std::vector<double> smoothed = Flat(0.9);
  smoothed[12] = smoothed[13] = 0.1;
  smoothed[17] = smoothed[18] = 0.1;
  const std::vector<std::int64_t> peaks = {15};
  EXPECT_THAT(SammIntervals(smoothed, peaks, 3), ElementsAre(IndexInterval{13, 18, 14}));
}

TEST(SammIntervals, FurtherOutLessIsLowEnough) {
  std::vector<double> smoothed = Flat(0.9);
  smoothed[10] = smoothed[11] = 0.5;
  smoothed[19] = smoothed[20] = 0.5;
  const std::vector<std::int64_t> peaks = {15};
  EXPECT_THAT(SammIntervals(smoothed, peaks, 3), ElementsAre(IndexInterval{11, 20, 12}));
}

TEST(SammIntervals, TheIndexBetweenNearAndFarEndsNone) {
  std::vector<double> smoothed = Flat(0.9);
  smoothed[18] = smoothed[19] = 0.1;
  const std::vector<std::int64_t> peaks = {15};
  EXPECT_EQ(SammIntervals(smoothed, peaks, 3).front().offset, 21);
}

TEST(BoundIntervals, TheBestIndexOfEachExpressionNamesItsInterval) {
  const std::vector<float> scores = {0, 0.6F, 0.9F, 0.7F, 0, 0, 0.8F, 0};
  const std::vector<float> bounds = {9, 9, 1, 2, 1.4F, 1.6F, 2, 1, 0, 0, 0, 0, 0.2F, 9, 0, 0};
  EXPECT_THAT(BoundIntervals(scores, bounds, 0.5),
              ElementsAre(IndexInterval{1, 4, 2}, IndexInterval{6, 7, 6}));
}

TEST(BoundIntervals, AreClippedAndHoldTheirIndex) {
  const std::vector<float> scores = {0.9F, 0, 0};
  const std::vector<float> bounds = {-3, 1e30F, 0, 0, 0, 0};
  EXPECT_THAT(BoundIntervals(scores, bounds, 0.5), ElementsAre(IndexInterval{0, 2, 0}));
}

TEST(BoundIntervals, OfEqualScoresTheEarlierStays) {
  const std::vector<float> scores = {0.5F, 0.5F, 0.5F};
  const std::vector<float> bounds = {0, 2, 1, 1, 2, 0};
  EXPECT_THAT(BoundIntervals(scores, bounds, 0.5), ElementsAre(IndexInterval{0, 2, 0}));
}

// One hill around index 20 of 40, all of class 1 of three, of which the last is neutral.
ScoreTrack OneHill(std::int64_t frame_step, int says = 1) {
  return TrackOfClasses(Hills(40, {{20, 1}}), std::vector<int>(40, says), 3, frame_step);
}

SpotOptions Plain() { return {.rule = SpotRule::kPlain, .k_p_frames = 3, .neutral = 2}; }

TEST(WindowSpotting, IndicesAreUsedFramesOfTheVideo) {
  const Spotting spotting = SpotExpressions(OneHill(7), Plain());
  ASSERT_EQ(spotting.intervals.size(), 1U);
  const SpottedInterval& found = spotting.intervals.front();
  EXPECT_EQ(found.interval, (Interval{7 * 17, 7 * 23}));
  EXPECT_EQ(found.peak, 7 * 20);
  EXPECT_EQ(found.class_index, 1);
  EXPECT_NEAR(found.probability, 1, 1e-3);
  EXPECT_DOUBLE_EQ(found.score, spotting.smoothed[20]);
}

TEST(WindowSpotting, PublishedFramesAreOneUsedFrameEarly) {
  SpotOptions options = Plain();
  options.published = PublishedDecoding::kBoosting;
  const Spotting spotting = SpotExpressions(OneHill(7), options);
  ASSERT_EQ(spotting.intervals.size(), 1U);
  EXPECT_EQ(spotting.intervals.front().interval, (Interval{7 * 16, 7 * 22}));
  EXPECT_EQ(spotting.intervals.front().peak, 7 * 19);
}

TEST(WindowSpotting, IntervalsAreClippedToTheirRunUnlessPublished) {
  std::vector<float> scores(40, 0);
  scores[1] = scores[3] = 1;
  scores[2] = 3;
  const ScoreTrack track = TrackOfClasses(scores, std::vector<int>(40, 0), 3);
  SpotOptions options = Plain();
  EXPECT_EQ(SpotExpressions(track, options).intervals.front().interval, (Interval{0, 5}));
  options.published = PublishedDecoding::kBoosting;
  EXPECT_EQ(SpotExpressions(track, options).intervals.front().interval, (Interval{-2, 4}));
}

TEST(WindowSpotting, IntervalsStayWithinRunsOfValidIndices) {
  ScoreTrack track = OneHill(2);
  track.valid[18] = 0;
  const Spotting spotting = SpotExpressions(track, Plain());
  for (const SpottedInterval& found : spotting.intervals) {
    EXPECT_TRUE(found.interval.offset < 2 * 18 || found.interval.onset > 2 * 18);
  }
  ASSERT_FALSE(spotting.intervals.empty());
}

TEST(WindowSpotting, MetstHasAnIntervalAtTheBeginningOfAVideoWithoutAPeak) {
  const ScoreTrack flat = TrackOfClasses(std::vector<float>(40, 0), std::vector<int>(40, 1), 3);
  SpotOptions options = Plain();
  EXPECT_THAT(SpotExpressions(flat, options).intervals, IsEmpty());
  options.published = PublishedDecoding::kBoosting;
  EXPECT_THAT(SpotExpressions(flat, options).intervals, IsEmpty());
  options.published = PublishedDecoding::kMetst;
  const Spotting spotting = SpotExpressions(flat, options);
  ASSERT_EQ(spotting.intervals.size(), 1U);
  EXPECT_EQ(spotting.intervals.front().interval, (Interval{-1, -1}));
}

TEST(WindowSpotting, RecognitionPrunesWhatIsVotedNeutral) {
  SpotOptions options = Plain();
  const ScoreTrack neutral = TrackOfLogits(Hills(40, {{20, 1}}), std::vector<float>(120, -1), 3);
  options.synergy = Synergy::kSpotting;
  EXPECT_EQ(SpotExpressions(neutral, options).intervals.size(), 1U);
  options.synergy = Synergy::kRecognition;
  const Spotting pruned = SpotExpressions(neutral, options);
  EXPECT_THAT(pruned.intervals, IsEmpty());
  ASSERT_EQ(pruned.not_written.size(), 1U);
  EXPECT_EQ(pruned.not_written.front().class_index, 2);
}

TEST(WindowSpotting, ClassesThatAreNotWrittenAreNoFinds) {
  SpotOptions options = Plain();
  options.not_written = {1};
  const Spotting spotting = SpotExpressions(OneHill(1), options);
  EXPECT_THAT(spotting.intervals, IsEmpty());
  EXPECT_EQ(spotting.not_written.size(), 1U);
}

TEST(WindowSpotting, OfIntervalsThatOverlapTheHigherStaysWhereAskedFor) {
  const std::vector<float> scores = Hills(60, {{20, 0.9F}, {29, 1}});
  const ScoreTrack track = TrackOfClasses(scores, std::vector<int>(60, 0), 3);
  SpotOptions options = Plain();
  options.rule = SpotRule::kSamm;
  options.p = 0;
  const Spotting both = SpotExpressions(track, options);
  ASSERT_EQ(both.intervals.size(), 2U);
  EXPECT_EQ(both.intervals[0].interval.offset, both.intervals[1].interval.onset);
  options.drop_overlaps = true;
  const Spotting spotting = SpotExpressions(track, options);
  ASSERT_EQ(spotting.intervals.size(), 1U);
  EXPECT_EQ(spotting.intervals.front().interval, both.intervals[1].interval);
}

TEST(WindowSpotting, NoneOverlapWhereOverlapsAreDropped) {
  // Two peaks on one plateau, out of which both intervals reach.
  std::vector<float> scores(60, 0.85F);
  for (const int low : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) scores[low] = scores[59 - low] = 0;
  scores[27] = 1;
  scores[33] = 1;
  const ScoreTrack track = TrackOfClasses(scores, std::vector<int>(60, 0), 3);
  SpotOptions options = Plain();
  options.rule = SpotRule::kScalable;
  options.p = 0;
  options.drop_overlaps = true;
  const Spotting spotting = SpotExpressions(track, options);
  for (std::size_t i = 1; i < spotting.intervals.size(); ++i) {
    EXPECT_LT(spotting.intervals[i - 1].interval.offset, spotting.intervals[i].interval.onset);
  }
  ASSERT_FALSE(spotting.intervals.empty());
}

TEST(WindowSpotting, BoundsNameIntervalsOfTheRawScores) {
  ScoreTrack track = OneHill(7);
  track.bounds.assign(80, 0);
  track.bounds[40] = 2;
  track.bounds[41] = 3.4F;
  SpotOptions options = Plain();
  options.rule = SpotRule::kBounds;
  options.p = 0.95;
  const Spotting spotting = SpotExpressions(track, options);
  ASSERT_EQ(spotting.intervals.size(), 1U);
  EXPECT_EQ(spotting.intervals.front().interval, (Interval{7 * 18, 7 * 23}));
  EXPECT_EQ(spotting.intervals.front().score, 1);
  EXPECT_EQ(spotting.threshold, 0.95);
}

TEST(WindowSpotting, EachRuleFindsTheHill) {
  for (const SpotRule rule : {SpotRule::kPlain, SpotRule::kScalable, SpotRule::kSamm}) {
    SpotOptions options = Plain();
    options.rule = rule;
    const Spotting spotting = SpotExpressions(OneHill(1), options);
    ASSERT_EQ(spotting.intervals.size(), 1U);
    EXPECT_EQ(spotting.rule, rule);
    EXPECT_LT(spotting.intervals.front().interval.onset, 20);
    EXPECT_GT(spotting.intervals.front().interval.offset, 20);
  }
}

std::string Refusal(const ScoreTrack& track, const SpotOptions& options) {
  return testing::ErrorMessage(ErrorKind::kInvalidArgument,
                               [&] { SpotExpressions(track, options); });
}

TEST(WindowSpotting, RefusesWhatDoesNotFit) {
  ScoreTrack track = OneHill(7);
  SpotOptions options = Plain();
  options.rule = SpotRule::kRelative;
  EXPECT_THAT(Refusal(track, options), HasSubstr("a rule of pairs needs a score a frame"));
  options = Plain();
  options.synergy = Synergy::kSpotting;
  options.neutral = 3;
  EXPECT_THAT(Refusal(track, options), HasSubstr("synergy needs a neutral class"));
  options = Plain();
  options.class_offsets = {1};
  EXPECT_THAT(Refusal(track, options), HasSubstr("one offset a class"));
  options = Plain();
  options.rule = SpotRule::kBounds;
  EXPECT_THAT(Refusal(track, options), HasSubstr("two bounds a score"));
  track.logits.clear();
  EXPECT_THAT(Refusal(track, Plain()), HasSubstr("one logit a score and class"));
  track = OneHill(7);
  track.frames = 7 * 39;
  EXPECT_THAT(Refusal(track, Plain()), HasSubstr("at least one frame a score"));
}

}  // namespace
}  // namespace mestr::internal
