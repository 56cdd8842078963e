#include "face/usability.h"

#include <set>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

FrameFace Good() {
  FrameFace face;
  face.width_px = 100;
  face.sharpness = 0.6F;
  return face;
}

class Usability : public ::testing::Test {
 protected:
  FaceOptions options_{.alignment = AlignmentMode::kSimilarity};
  UsabilityRule rule_{options_};
};

TEST_F(Usability, AFrontalSharpFaceIsUsable) {
  EXPECT_EQ(rule_.CauseOf(Good(), 0), FaceCause::kNone);
}

TEST_F(Usability, EachLimitHasItsCause) {
  FrameFace face = Good();
  face.width_px = 59;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTooSmall);
  face = Good();
  for (const float yaw : {-36.0F, 36.0F}) {
    face.yaw_deg = yaw;
    EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTurnedAway);
  }
  face = Good();
  face.pitch_deg = -31;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTurnedAway);
  EXPECT_EQ(rule_.CauseOf(Good(), 0.2), FaceCause::kCovered);
  face = Good();
  face.sharpness = 0.39F;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kBlurred);
}

TEST_F(Usability, AValueNearItsLimitDoesNotCutTheVideoToPieces) {
  FrameFace face = Good();
  face.yaw_deg = 34;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kNone);
  face.yaw_deg = 36;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTurnedAway);
  face.yaw_deg = 34;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTurnedAway);
  face.yaw_deg = 29;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kNone);
  face = Good();
  face.width_px = 59;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTooSmall);
  face.width_px = 61;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kTooSmall);
  face.width_px = 64;
  EXPECT_EQ(rule_.CauseOf(face, 0), FaceCause::kNone);
}

TEST(FaceCauseText, NamesEachCauseDifferently) {
  std::set<std::string_view> texts;
  for (int i = 0; i <= static_cast<int>(FaceCause::kVideoEnd); ++i) {
    texts.insert(FaceCauseText(static_cast<FaceCause>(i)));
  }
  EXPECT_EQ(texts.size(), 12U);
  EXPECT_EQ(FaceCauseText(FaceCause::kVideoEnd), "end of the video");
  EXPECT_EQ(FaceCauseText(FaceCause::kOtherPerson), "other person");
}

}  // namespace
}  // namespace mestr::internal
