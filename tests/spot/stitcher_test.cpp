#include "spot/stitcher.h"

#include "spot/made_track.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using testing::TrackOfClasses;

// Four used frames: scores number.0, number.1, ... and the second of two classes.
ScoreTrack Window(float number) {
  const std::vector<float> scores = {number, number + 0.1F, number + 0.2F, number + 0.3F};
  return TrackOfClasses(scores, std::vector<int>{1, 1, 1, 1}, 2);
}

TEST(Stitcher, TakesTheFirstWindowWholeAndOfLaterOnesTheSecondHalf) {
  Stitcher stitcher(StitchRule::kVideo, 1);
  for (int w = 0; w < 3; ++w) stitcher.Add(w * 2, Window(static_cast<float>(w)));
  const ScoreTrack track = stitcher.Finish();
  EXPECT_THAT(track.spot, ElementsAre(0, 0.1F, 0.2F, 0.3F, 1.2F, 1.3F, 2.2F, 2.3F));
  EXPECT_THAT(track.valid, ElementsAre(1, 1, 1, 1, 1, 1, 1, 1));
  EXPECT_EQ(track.logits.size(), 16U);
  EXPECT_EQ(track.LogitsAt(7)[1], 10);
}

TEST(Stitcher, OfALastWindowThatEndsAtTheLastFrameTakesWhatIsNew) {
  Stitcher stitcher(StitchRule::kVideo, 1);
  stitcher.Add(0, Window(0));
  stitcher.Add(2, Window(1));
  stitcher.Add(3, Window(2));  // 7 used frames
  EXPECT_THAT(stitcher.Finish().spot, ElementsAre(0, 0.1F, 0.2F, 0.3F, 1.2F, 1.3F, 2.3F));
}

TEST(Stitcher, ANewStretchBeginsWithAWholeWindow) {
  Stitcher stitcher(StitchRule::kVideo, 1);
  stitcher.Add(0, Window(0));
  stitcher.Add(5, Window(1));
  const ScoreTrack track = stitcher.Finish();
  EXPECT_THAT(track.valid, ElementsAre(1, 1, 1, 1, 0, 1, 1, 1, 1));
  EXPECT_THAT(track.spot, ElementsAre(0, 0.1F, 0.2F, 0.3F, 0, 1, 1.1F, 1.2F, 1.3F));
}

TEST(Stitcher, WhatAWindowWithoutAFaceLeavesTheNextOneFills) {
  Stitcher stitcher(StitchRule::kVideo, 1);
  ScoreTrack faceless = Window(1);
  faceless.valid.assign(4, 0);
  stitcher.Add(0, Window(0));
  stitcher.Add(2, faceless);
  stitcher.Add(4, Window(2));
  EXPECT_THAT(stitcher.Finish().spot, ElementsAre(0, 0.1F, 0.2F, 0.3F, 2, 2.1F, 2.2F, 2.3F));
}

TEST(Stitcher, FramesBeforeTheFirstFaceHaveNoValue) {
  Stitcher stitcher(StitchRule::kVideo, 1);
  ScoreTrack window = Window(0);
  window.valid = {0, 0, 1, 1};
  stitcher.Add(0, window);
  EXPECT_THAT(stitcher.Finish().valid, ElementsAre(0, 0, 1, 1));
}

TEST(Stitcher, KeepsTheBoundsOfEachIndex) {
  Stitcher stitcher(StitchRule::kVideo, 1);
  ScoreTrack window = Window(0);
  window.bounds = {0, 1, 2, 3, 4, 5, 6, 7};
  stitcher.Add(1, window);
  EXPECT_THAT(stitcher.Finish().bounds, ElementsAre(0, 0, 0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(Stitcher, PublishedTakesTheFirstWindowOfABatchWhole) {
  Stitcher stitcher(StitchRule::kPublished, 2);
  for (int w = 0; w < 3; ++w) stitcher.Add(w * 2, Window(static_cast<float>(w)));
  EXPECT_THAT(stitcher.Finish().spot, ElementsAre(0, 0.1F, 0.2F, 0.3F, 2, 2.1F, 2.2F, 2.3F));
  EXPECT_EQ(stitcher.windows(), 3);
}

TEST(Stitcher, PublishedLeavesZerosAtTheBeginningOfASubjectsSecondVideo) {
  Stitcher stitcher(StitchRule::kPublished, 32, 1);
  stitcher.Add(0, Window(1));
  const ScoreTrack track = stitcher.Finish();
  EXPECT_THAT(track.spot, ElementsAre(0, 0, 1.2F, 1.3F));
  EXPECT_THAT(track.valid, ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(track.ProbabilitiesAt(0), ElementsAre(1, 0));
  EXPECT_GT(track.LogitsAt(0)[0], track.LogitsAt(0)[1]);
}

}  // namespace
}  // namespace mestr::internal
