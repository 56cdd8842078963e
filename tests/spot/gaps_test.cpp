// Tracks in which some indices have no value.
#include <algorithm>
#include <limits>
#include <random>

#include "mestr/spot/spot.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr float kNoValue = std::numeric_limits<float>::quiet_NaN();

// Of two classes; a gap holds what may never reach a result.
struct Gap {
  std::size_t begin;
  std::size_t end;
};

ScoreTrack RandomTrack(std::size_t size, std::int64_t first_frame, std::int64_t frames_after,
                       const std::vector<Gap>& gaps = {}) {
  std::mt19937 random(7);
  // Around 0, so that smoothing with zeros outside leaves peaks near the ends of a run, too.
  std::uniform_real_distribution<float> score(-1, 1);
  std::uniform_real_distribution<float> unit(0, 1);
  ScoreTrack track{.first_frame = first_frame,
                   .frames = first_frame + static_cast<std::int64_t>(size) + frames_after,
                   .classes = 2,
                   .spot = {},
                   .probabilities = {},
                   .motion_px = {},
                   .valid = std::vector<std::uint8_t>(size, 1)};
  for (std::size_t i = 0; i < size; ++i) {
    track.spot.push_back(score(random));
    track.probabilities.push_back(unit(random));
    track.probabilities.push_back(1 - track.probabilities.back());
  }
  for (const Gap& gap : gaps) {
    for (std::size_t i = gap.begin; i < gap.end; ++i) {
      track.valid[i] = 0;
      track.spot[i] = kNoValue;
      track.probabilities[2 * i] = track.probabilities[2 * i + 1] = kNoValue;
    }
  }
  return track;
}

// The indices [begin, end) as a track of their own, of a video that ends `frames_after` them.
ScoreTrack Part(const ScoreTrack& track, std::size_t begin, std::size_t end,
                std::int64_t frames_after) {
  const auto cut = [&](const auto& values, std::size_t count) {
    return std::vector(values.begin() + static_cast<std::ptrdiff_t>(begin * count),
                       values.begin() + static_cast<std::ptrdiff_t>(end * count));
  };
  const std::int64_t first = track.first_frame + static_cast<std::int64_t>(begin);
  return {.first_frame = first,
          .frames = first + static_cast<std::int64_t>(end - begin) + frames_after,
          .classes = track.classes,
          .spot = cut(track.spot, 1),
          .probabilities = cut(track.probabilities, 2),
          .motion_px = {},
          .valid = cut(track.valid, 1)};
}

void ExpectSame(const SpottedInterval& actual, const SpottedInterval& expected) {
  EXPECT_EQ(actual.interval, expected.interval);
  EXPECT_EQ(actual.peak, expected.peak);
  EXPECT_EQ(actual.score, expected.score);
  EXPECT_EQ(actual.class_index, expected.class_index);
  EXPECT_EQ(actual.probability, expected.probability);
}

// What spotting was before a track could have gaps, given the threshold.
std::vector<SpottedInterval> InOneRun(const ScoreTrack& track, double threshold,
                                      const SpotOptions& options) {
  const std::int64_t k_p = options.k_p_frames;
  const auto smoothed = SmoothScores(track.spot, options.k_p_frames);
  std::vector<SpottedInterval> intervals;
  for (const auto at : FindPeaks(smoothed, threshold, options.drop_overlaps ? 2 * k_p + 1 : k_p)) {
    const Vote vote = VoteEmotion(track.probabilities, track.classes, at, options.k_p_frames);
    const std::int64_t peak = track.first_frame + at;
    intervals.push_back({.interval = {std::max(track.first_frame, peak - k_p),
                                      std::min(track.frames - 1, peak + k_p)},
                         .peak = peak,
                         .score = smoothed[at],
                         .class_index = vote.class_index,
                         .probability = vote.probability});
  }
  return intervals;
}

TEST(Gaps, ATrackWithoutAnyIsSpottedAsItWasBeforeThereWereGaps) {
  const ScoreTrack track = RandomTrack(200, 0, 3);
  for (const bool drop_overlaps : {false, true}) {
    for (const int k_p : {1, 4, 9}) {
      const SpotOptions options{.k_p_frames = k_p, .p = 0.2, .drop_overlaps = drop_overlaps};
      const Spotting spotting = SpotExpressions(track, options);
      const auto expected = InOneRun(track, spotting.threshold, options);
      EXPECT_EQ(spotting.smoothed, SmoothScores(track.spot, k_p));
      EXPECT_EQ(spotting.threshold, SpottingThreshold(spotting.smoothed, options.p));
      ASSERT_EQ(spotting.intervals.size(), expected.size());
      EXPECT_FALSE(expected.empty());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ExpectSame(spotting.intervals[i], expected[i]);
      }
    }
  }
}

TEST(Gaps, NoIntervalAndNoPeakTouchesThem) {
  const std::vector<Gap> gaps = {{0, 5}, {60, 61}, {100, 130}};
  const ScoreTrack track = RandomTrack(200, 11, 3, gaps);
  const Spotting spotting = SpotExpressions(track, {.k_p_frames = 6, .p = 0});
  ASSERT_GT(spotting.intervals.size(), 6U);
  for (const SpottedInterval& found : spotting.intervals) {
    EXPECT_LE(found.interval.onset, found.peak);
    EXPECT_LE(found.peak, found.interval.offset);
    for (const Gap& gap : gaps) {
      const Interval without_value{track.first_frame + static_cast<std::int64_t>(gap.begin),
                                   track.first_frame + static_cast<std::int64_t>(gap.end) - 1};
      EXPECT_EQ(OverlapFrames(found.interval, without_value), 0) << found.peak;
    }
  }
}

// Twenty scores with peaks at 2 and 18 for k_p = 3, as in SpotExpressions.ClipsIntervalsToTheVideo.
void PutPeaksAtBothEnds(std::size_t begin, ScoreTrack& track) {
  track.spot[begin + 1] = track.spot[begin + 3] = 1;
  track.spot[begin + 2] = 3;
  track.spot[begin + 14] = -4;
  track.spot[begin + 15] = 4;
}

TEST(Gaps, ClipTheIntervalsBesideThem) {
  ScoreTrack track = RandomTrack(60, 7, 3, {{0, 10}, {30, 40}});
  std::fill(track.spot.begin(), track.spot.end(), 0.0F);
  PutPeaksAtBothEnds(10, track);
  PutPeaksAtBothEnds(40, track);
  std::vector<Interval> found;
  for (const auto& spotted : SpotExpressions(track, {.k_p_frames = 3, .p = 0}).intervals) {
    found.push_back(spotted.interval);
  }
  // The first and the last index of a run; after the track's last index the video has frames.
  EXPECT_THAT(found,
              ElementsAre(Interval{17, 22}, Interval{32, 36}, Interval{47, 52}, Interval{62, 68}));
}

TEST(Gaps, AreSmoothedOverByNothing) {
  const std::vector<Gap> gaps = {{50, 60}};
  const ScoreTrack track = RandomTrack(100, 0, 3, gaps);
  const Spotting spotting = SpotExpressions(track, {.k_p_frames = 4});
  std::vector<double> expected = SmoothScores(std::span(track.spot).first(50), 4);
  expected.resize(60, 0);
  const auto after = SmoothScores(std::span(track.spot).subspan(60), 4);
  expected.insert(expected.end(), after.begin(), after.end());
  EXPECT_EQ(spotting.smoothed, expected);
}

TEST(Gaps, TheThresholdIsThatOfAllValidIndicesTogether) {
  const ScoreTrack track = RandomTrack(100, 0, 3, {{20, 60}});
  const Spotting spotting = SpotExpressions(track, {.k_p_frames = 4, .p = 0.4});
  std::vector<double> valid;
  for (std::size_t i = 0; i < track.size(); ++i) {
    if (track.valid[i] != 0) valid.push_back(spotting.smoothed[i]);
  }
  ASSERT_EQ(valid.size(), 60U);
  EXPECT_EQ(spotting.threshold, SpottingThreshold(valid, 0.4));
}

TEST(Gaps, EachRunIsSpottedAsAVideoOfItsOwn) {
  const ScoreTrack track = RandomTrack(150, 5, 3, {{70, 80}});
  const SpotOptions options{.k_p_frames = 5, .p = 0};
  const Spotting whole = SpotExpressions(track, options);
  std::vector<SpottedInterval> expected;
  for (const ScoreTrack& run : {Part(track, 0, 70, 0), Part(track, 80, 150, 3)}) {
    const auto found = InOneRun(run, whole.threshold, options);
    EXPECT_GT(found.size(), 2U);
    expected.insert(expected.end(), found.begin(), found.end());
  }
  ASSERT_EQ(whole.intervals.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) ExpectSame(whole.intervals[i], expected[i]);
}

TEST(Gaps, WithEachRunItsThresholdIsItsOwn) {
  const ScoreTrack track = RandomTrack(90, 3, 2, {{30, 41}, {70, 72}});
  const SpotOptions options{.k_p_frames = 3, .p = 0.5, .each_run = true};
  const Spotting each = SpotExpressions(track, options);
  std::vector<SpottedInterval> expected;
  std::vector<double> thresholds;
  for (const auto& [begin, end] : {std::pair{0, 30}, {41, 70}, {72, 90}}) {
    const Spotting part =
        SpotExpressions(Part(track, begin, end, end == 90 ? 2 : 0), {.k_p_frames = 3, .p = 0.5});
    thresholds.push_back(part.threshold);
    expected.insert(expected.end(), part.intervals.begin(), part.intervals.end());
  }
  EXPECT_EQ(each.run_thresholds, thresholds);
  EXPECT_EQ(each.threshold, *std::min_element(thresholds.begin(), thresholds.end()));
  ASSERT_EQ(each.intervals.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(each.intervals[i].peak, expected[i].peak);
    EXPECT_EQ(each.intervals[i].interval.onset, expected[i].interval.onset);
    EXPECT_EQ(each.intervals[i].interval.offset, expected[i].interval.offset);
  }
}

TEST(Gaps, AloneGiveNothing) {
  const Spotting spotting = SpotExpressions(RandomTrack(30, 0, 3, {{0, 30}}), {});
  EXPECT_THAT(spotting.intervals, IsEmpty());
  EXPECT_EQ(spotting.threshold, 0);
  EXPECT_EQ(spotting.smoothed, std::vector<double>(30, 0));
}

}  // namespace
}  // namespace mestr::internal
