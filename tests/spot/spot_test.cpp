#include "mestr/spot/spot.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SmoothScores, IsACentredBoxOfTwiceKp) {
  const std::vector<float> scores = {1, 2, 3, 4, 5, 6};
  // k_p = 2: the mean of [i - 2, i + 1], zeros outside.
  EXPECT_THAT(SmoothScores(scores, 2), ElementsAre(0.75, 1.5, 2.5, 3.5, 4.5, 3.75));
}

TEST(SmoothScores, KeepsTheLengthOfASequenceShorterThanTheBox) {
  const std::vector<float> scores = {8, 8};
  EXPECT_THAT(SmoothScores(scores, 4), ElementsAre(2, 2));
}

TEST(SpottingThreshold, LiesBetweenMeanAndMaximum) {
  const std::vector<double> smoothed = {0, 0, 0, 4};
  EXPECT_DOUBLE_EQ(SpottingThreshold(smoothed, 0), 1);
  EXPECT_DOUBLE_EQ(SpottingThreshold(smoothed, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(SpottingThreshold(smoothed, 1), 4);
}

TEST(FindPeaks, TakesStrictMaximaOnly) {
  const std::vector<double> rising = {0, 1, 2, 3};
  EXPECT_THAT(FindPeaks(rising, 0, 1), IsEmpty());
  const std::vector<double> flat = {1, 1, 1};
  EXPECT_THAT(FindPeaks(flat, 0, 1), IsEmpty());
  const std::vector<double> one = {0, 1, 0};
  EXPECT_THAT(FindPeaks(one, 0, 1), ElementsAre(1));
}

TEST(FindPeaks, TakesThePlateausMiddleRoundedDown) {
  const std::vector<double> values = {0, 2, 2, 2, 2, 0, 1, 1, 0};
  EXPECT_THAT(FindPeaks(values, 0, 1), ElementsAre(2, 6));
}

TEST(FindPeaks, LeavesPlateausAtTheEndsOut) {
  const std::vector<double> values = {3, 3, 1, 2, 2};
  EXPECT_THAT(FindPeaks(values, 0, 1), IsEmpty());
}

TEST(FindPeaks, CountsAPeakOfExactlyTheHeight) {
  const std::vector<double> values = {0, 1, 0, 2, 0};
  EXPECT_THAT(FindPeaks(values, 1, 1), ElementsAre(1, 3));
  EXPECT_THAT(FindPeaks(values, 1.5, 1), ElementsAre(3));
}

TEST(FindPeaks, DropsLowerPeaksWithinTheDistanceHighestFirst) {
  // Peaks at 1, 3, 5 with heights 2, 3, 2.5: 3 removes both neighbours at distance 3, none at
  // distance 2.
  const std::vector<double> values = {0, 2, 0, 3, 0, 2.5, 0};
  EXPECT_THAT(FindPeaks(values, 0, 3), ElementsAre(3));
  EXPECT_THAT(FindPeaks(values, 0, 2), ElementsAre(1, 3, 5));
}

TEST(FindPeaks, ARemovedPeakRemovesNothing) {
  // 4 removes 3, so 3 may not remove 2.
  const std::vector<double> values = {0, 2, 0, 3, 0, 4, 0};
  EXPECT_THAT(FindPeaks(values, 0, 3), ElementsAre(1, 5));
}

TEST(VoteEmotion, CountsArgmaxBeforeThePeak) {
  const std::vector<float> p = {1, 0, 0, 1, 0, 1, 1, 0};  // frames vote 0 1 1 0
  EXPECT_EQ(VoteEmotion(p, 2, 3, 3).class_index, 1);      // frames 0..2
  EXPECT_EQ(VoteEmotion(p, 2, 3, 2).class_index, 1);      // frames 1..2
}

TEST(VoteEmotion, GivesATieToTheClassMetFirst) {
  const std::vector<float> p = {0, 1, 1, 0, 0, 1, 1, 0};
  EXPECT_EQ(VoteEmotion(p, 2, 4, 4).class_index, 1);
}

TEST(VoteEmotion, TakesAtLeastOneFrame) {
  const std::vector<float> p = {0.25F, 0.75F, 1, 0};
  const Vote vote = VoteEmotion(p, 2, 0, 6);
  EXPECT_EQ(vote.class_index, 1);
  EXPECT_DOUBLE_EQ(vote.probability, 0.75);
}

// A track of a whole video: one class that is certain everywhere.
ScoreTrack TrackOf(const std::vector<float>& scores, std::int64_t frames) {
  return {.first_frame = 0,
          .frames = frames,
          .classes = 1,
          .spot = scores,
          .probabilities = std::vector<float>(scores.size(), 1),
          .motion_px = {},
          .valid = std::vector<std::uint8_t>(scores.size(), 1)};
}

TEST(SpotExpressions, ClipsIntervalsToTheVideo) {
  std::vector<float> scores(20, 0);
  scores[1] = scores[3] = 1;  // smoothed: a plateau over 1..4, its middle at 2
  scores[2] = 3;
  scores[14] = -4;  // smoothed: 4 / 6 at 18 alone
  scores[15] = 4;
  const Spotting spotting = SpotExpressions(TrackOf(scores, 20), {.k_p_frames = 3, .p = 0});
  ASSERT_EQ(spotting.intervals.size(), 2U);
  EXPECT_EQ(spotting.intervals[0].interval, (Interval{0, 5}));
  EXPECT_EQ(spotting.intervals[1].interval, (Interval{15, 19}));
}

TEST(SpotExpressions, CountsFramesFromTheVideosFirst) {
  std::vector<float> scores(20, 0);
  scores[1] = scores[3] = 1;
  scores[2] = 3;
  ScoreTrack track = TrackOf(scores, 27);
  track.first_frame = 7;
  const Spotting spotting = SpotExpressions(track, {.k_p_frames = 3, .p = 0});
  ASSERT_EQ(spotting.intervals.size(), 1U);
  EXPECT_EQ(spotting.intervals[0].peak, 9);
  EXPECT_EQ(spotting.intervals[0].interval, (Interval{7, 12}));  // nothing was scored before 7
}

TEST(SpotExpressions, DropsTheLowerOfTwoOverlappingIntervalsWhereAsked) {
  std::vector<float> scores(40, 0);
  // k_p = 1, so the smoothed sample i is the mean of scores i - 1 and i: peaks at 10, 12 and 20.
  scores[10] = 1;
  scores[11] = -0.5F;
  scores[12] = 3;
  scores[13] = -1;
  scores[20] = 2;
  SpotOptions options{.k_p_frames = 1, .p = 0};
  const auto onsets = [&] {
    std::vector<std::int64_t> found;
    for (const auto& spotted : SpotExpressions(TrackOf(scores, 40), options).intervals) {
      found.push_back(spotted.interval.onset);
    }
    return found;
  };
  EXPECT_THAT(onsets(), ElementsAre(9, 11, 19));  // frames 9..11 and 11..13 share one
  options.drop_overlaps = true;
  EXPECT_THAT(onsets(), ElementsAre(11, 19));
}

TEST(SpotExpressions, GivesNothingForNoScores) {
  EXPECT_THAT(SpotExpressions({}, {}).intervals, IsEmpty());
  EXPECT_THAT(SpotExpressions(TrackOf({}, 9), {}).intervals, IsEmpty());
}

TEST(SpotExpressions, NamesWhatIsOutOfRange) {
  const ScoreTrack good{.first_frame = 0,
                        .frames = 4,
                        .classes = 2,
                        .spot = std::vector<float>(4, 0),
                        .probabilities = std::vector<float>(8, 0),
                        .motion_px = {},
                        .valid = std::vector<std::uint8_t>(4, 1)};
  const auto message = [&](const auto& change, SpotOptions options = {}) {
    ScoreTrack track = good;
    change(track);
    return testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                 [&] { SpotExpressions(track, options); });
  };
  const auto nothing = [](ScoreTrack&) {};
  EXPECT_THAT(message(nothing, {.k_p_frames = 0}), HasSubstr("k_p"));
  EXPECT_THAT(message(nothing, {.p = 1.5}), HasSubstr("p must"));
  EXPECT_THAT(message(nothing, {.p = std::numeric_limits<double>::quiet_NaN()}),
              HasSubstr("p must"));
  EXPECT_THAT(message([](ScoreTrack& t) { t.classes = 3; }), HasSubstr("probability"));
  EXPECT_THAT(message([](ScoreTrack& t) { t.classes = 0; }), HasSubstr("class"));
  EXPECT_THAT(message([](ScoreTrack& t) { t.frames = 3; }), HasSubstr("frame"));
  EXPECT_THAT(message([](ScoreTrack& t) { t.first_frame = 1; }), HasSubstr("frame"));
  EXPECT_THAT(message([](ScoreTrack& t) { t.valid.pop_back(); }), HasSubstr("validity"));
}

TEST(SpotExpressions, EqualsThePublishedBaseline) {
  MESTR_GOLDEN_OR_SKIP(path, "decode.json");
  int cases = 0;
  for (const auto& golden : testing::ReadJson(path)) {
    const auto scores_f64 = golden.at("scores").get<std::vector<double>>();
    const std::vector<float> scores(scores_f64.begin(), scores_f64.end());
    const int k_p = golden.at("k_p");
    // Room on the right, so that only the left end is clipped, which the golden intervals are not.
    const auto frames = static_cast<std::int64_t>(scores.size()) + k_p + 1;
    const Spotting spotting =
        SpotExpressions(TrackOf(scores, frames), {.k_p_frames = k_p, .p = golden.at("p")});
    // The golden scores are doubles, the network's are floats: 1e-7 of a score near 1.
    constexpr double kFloatTolerance = 1e-6;
    EXPECT_NEAR(spotting.threshold, golden.at("threshold"), kFloatTolerance);
    const auto smoothed = golden.at("smoothed").get<std::vector<double>>();
    ASSERT_EQ(spotting.smoothed.size(), smoothed.size());
    for (std::size_t i = 0; i < smoothed.size(); ++i) {
      EXPECT_NEAR(spotting.smoothed[i], smoothed[i], kFloatTolerance);
    }
    std::vector<std::vector<std::int64_t>> intervals;
    for (const auto& found : spotting.intervals) {
      intervals.push_back({found.peak - k_p, found.peak + k_p, found.peak});
    }
    EXPECT_EQ(intervals, golden.at("intervals").get<std::vector<std::vector<std::int64_t>>>());
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

TEST(VoteEmotion, EqualsThePublishedBaseline) {
  MESTR_GOLDEN_OR_SKIP(path, "vote.json");
  int cases = 0;
  for (const auto& golden : testing::ReadJson(path)) {
    std::vector<float> probabilities;
    for (const auto& row : golden.at("probabilities")) {
      for (const float value : row) probabilities.push_back(value);
    }
    const auto classes = static_cast<int>(golden.at("probabilities").at(0).size());
    EXPECT_EQ(VoteEmotion(probabilities, classes, golden.at("peak"), golden.at("k_p")).class_index,
              golden.at("emotion"));
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace mestr::internal
