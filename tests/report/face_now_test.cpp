#include "report/face_now.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

// 20 frames, two stretches: 0 to 9 and 12 to 19.
FaceResults TwoStretches() {
  FaceResults face;
  face.threshold = 0.4;
  face.stretches.resize(2);
  face.stretches[0].frames = {0, 9};
  face.stretches[0].box = {1, 2, 30, 40};
  face.stretches[1].frames = {12, 19};
  face.stretches[1].threshold = 0.7;
  face.intervals = {{.interval = {3, 6}, .peak = 4, .emotion = "surprise"}};
  face.scores.first_frame = 1;
  face.scores.classes = 1;
  face.scores.PadTo(18);
  face.scores.valid.assign(18, 1);
  face.scores.valid[10] = 0;
  face.smoothed.assign(18, 0.25);
  return face;
}

TEST(FaceAt, AFindHoldsFromOnsetToOffset) {
  const FaceResults face = TwoStretches();
  EXPECT_EQ(FaceAt(face, 2).find, nullptr);
  EXPECT_EQ(FaceAt(face, 3).find, &face.intervals[0]);
  EXPECT_EQ(FaceAt(face, 6).find, &face.intervals[0]);
  EXPECT_EQ(FaceAt(face, 7).find, nullptr);
}

TEST(FaceAt, EachStretchHasItsThreshold) {
  EXPECT_EQ(FaceAt(TwoStretches(), 9).threshold, 0.4);
  EXPECT_EQ(FaceAt(TwoStretches(), 12).threshold, 0.7);
}

TEST(FaceAt, AFrameWithoutAScoreHasNone) {
  const FaceResults face = TwoStretches();
  EXPECT_FALSE(FaceAt(face, 0).score) << "before the first";
  EXPECT_EQ(FaceAt(face, 1).score, 0.25);
  EXPECT_FALSE(FaceAt(face, 11).score) << "not valid";
  EXPECT_FALSE(FaceAt(face, 19).score) << "after the last";
}

TEST(FaceAt, WithoutFramesOfItsOwnAStretchHasOneBox) {
  EXPECT_EQ(FaceAt(TwoStretches(), 5).box, cv::Rect(1, 2, 30, 40));
  EXPECT_EQ(FaceAt(TwoStretches(), 5).cause, FaceCause::kNone);
  EXPECT_TRUE(FaceAt(TwoStretches(), 10).box.empty());
  EXPECT_EQ(FaceAt(TwoStretches(), 10).cause, FaceCause::kNoFace);
}

TEST(FaceAt, FramesKnowTheirBoxAndWhyTheyAreNotJudged) {
  FaceResults face = TwoStretches();
  FrameState seen;
  seen.box = {7, 7, 20, 20};
  face.frames.assign(20, seen);
  face.frames[10].cause = FaceCause::kTurnedAway;
  EXPECT_EQ(FaceAt(face, 5).box, cv::Rect(7, 7, 20, 20));
  EXPECT_EQ(FaceAt(face, 10).cause, FaceCause::kTurnedAway);
  EXPECT_EQ(FaceAt(face, 10).box, cv::Rect(7, 7, 20, 20));
}

}  // namespace
}  // namespace mestr::internal
