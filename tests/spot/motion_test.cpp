// Intervals that nothing moves in.
#include "mestr/spot/spot.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kK_p = 3;

// 60 scores with peaks at 15 and 45; motion is 0.1 px but for the indices given.
ScoreTrack TwoPeaks(const std::vector<std::pair<std::size_t, float>>& motions) {
  ScoreTrack track;
  track.frames = 63;
  track.classes = 1;
  track.spot.assign(60, 0);
  track.probabilities.assign(60, 1);
  track.valid.assign(60, 1);
  track.motion_px.assign(60, 0.1F);
  for (const std::size_t peak : {15, 45}) {
    track.spot[peak - 1] = track.spot[peak + 1] = 1;
    track.spot[peak] = 3;
  }
  for (const auto& [index, motion_px] : motions) track.motion_px[index] = motion_px;
  return track;
}

std::vector<std::int64_t> PeaksOf(const ScoreTrack& track, double min_px, double min_to_noise) {
  std::vector<std::int64_t> peaks;
  const SpotOptions options{
      .k_p_frames = kK_p, .min_motion_px = min_px, .min_motion_to_noise = min_to_noise};
  for (const auto& found : SpotExpressions(track, options).intervals) peaks.push_back(found.peak);
  return peaks;
}

TEST(Motion, IsNotAskedForByDefault) {
  ScoreTrack track = TwoPeaks({});
  EXPECT_THAT(PeaksOf(track, 0, 0), ElementsAre(15, 45));
  track.motion_px.clear();
  EXPECT_THAT(PeaksOf(track, 0, 0), ElementsAre(15, 45));
}

TEST(Motion, OfAnIntervalIsItsLargest) {
  // The interval of the peak 15 holds indices 12 to 18.
  for (const std::size_t index : {12, 15, 18}) {
    EXPECT_THAT(PeaksOf(TwoPeaks({{index, 0.5F}}), 0.4, 0), ElementsAre(15)) << index;
  }
  for (const std::size_t index : {11, 19}) {
    EXPECT_THAT(PeaksOf(TwoPeaks({{index, 0.5F}}), 0.4, 0), IsEmpty()) << index;
  }
}

TEST(Motion, MustStandOutOfTheNoise) {
  const ScoreTrack track = TwoPeaks({{15, 0.5F}, {45, 0.19F}});
  EXPECT_THAT(PeaksOf(track, 0, 1), ElementsAre(15, 45));
  EXPECT_THAT(PeaksOf(track, 0, 2), ElementsAre(15));
  EXPECT_THAT(PeaksOf(track, 0, 6), IsEmpty());
  EXPECT_THAT(PeaksOf(track, 0.6, 1), IsEmpty());
}

// A stretch without a face has a motion of 0, which would be no noise.
TEST(Motion, TheNoiseIsThatOfValidIndices) {
  ScoreTrack track = TwoPeaks({{15, 0.19F}});
  for (std::size_t i = 25; i < 40; ++i) {
    track.valid[i] = 0;
    track.motion_px[i] = 0;
  }
  EXPECT_THAT(PeaksOf(track, 0, 1.8), ElementsAre(15));
  EXPECT_THAT(PeaksOf(track, 0, 2), IsEmpty());
}

TEST(Motion, MustBeThereWhereItIsAskedFor) {
  ScoreTrack track = TwoPeaks({});
  track.motion_px.pop_back();
  for (const auto& [px, to_noise] : {std::pair{0.1, 0.0}, std::pair{0.0, 2.0}}) {
    EXPECT_THAT(
        testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { PeaksOf(track, px, to_noise); }),
        HasSubstr("one motion a score"));
  }
}

}  // namespace
}  // namespace mestr::internal
