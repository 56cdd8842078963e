#include "pipeline/pair_parameters.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::HasSubstr;

const ModelInfo kModel30 = [] {
  ModelInfo model;
  model.name = "m";
  model.fps = 30;
  model.k_frames = 3;
  model.k_p_frames = 7;
  return model;
}();

TEST(PairParametersFor, TakesTheDataSetsFramesAtItsRate) {
  const PairParameters found = PairParametersFor(DefaultConfig(), &kModel30, "samm", 200);
  EXPECT_EQ(found.k_frames, 20);
  EXPECT_EQ(found.k_p_frames, 37);
  EXPECT_THAT(found.origin, HasSubstr("samm"));
}

TEST(PairParametersFor, TakesTheModelsFramesAtItsRate) {
  const PairParameters found = PairParametersFor(DefaultConfig(), &kModel30, "", 29.97);
  EXPECT_EQ(found.k_frames, 3);
  EXPECT_EQ(found.k_p_frames, 7);
  EXPECT_THAT(found.origin, HasSubstr("model m"));
}

TEST(PairParametersFor, TakesSecondsAtAnyOtherRate) {
  const PairParameters at_25 = PairParametersFor(DefaultConfig(), &kModel30, "", 25);
  EXPECT_EQ(at_25.k_frames, 3);  // 2.5 rounds away from 0
  EXPECT_EQ(at_25.k_p_frames, 5);
  EXPECT_THAT(at_25.origin, HasSubstr("25"));
  const PairParameters samm_at_100 = PairParametersFor(DefaultConfig(), &kModel30, "samm", 100);
  EXPECT_EQ(samm_at_100.k_frames, 10);
  EXPECT_EQ(samm_at_100.k_p_frames, 20);
  const PairParameters at_2 = PairParametersFor(DefaultConfig(), &kModel30, "", 2);
  EXPECT_EQ(at_2.k_frames, 1);  // never 0
}

TEST(PairParametersFor, NeedsNoModel) {
  EXPECT_EQ(PairParametersFor(DefaultConfig(), nullptr, "cas", 30).k_p_frames, 6);
  const PairParameters own = PairParametersFor(DefaultConfig(), nullptr, "", 30);
  EXPECT_EQ(own.k_frames, 3);
  EXPECT_EQ(own.k_p_frames, 6);
  EXPECT_EQ(own.origin, "0.1 s and 0.2 s at 30 fps");
}

PairParameters Distance(int k_frames) { return {k_frames, 7, "a test"}; }

TEST(CheckModelFits, TakesADistanceThatIsTheModelsUpToTheRoundingOfFrames) {
  CheckModelFits(kModel30, Distance(3), 30);
  CheckModelFits(kModel30, Distance(20), 200);
  CheckModelFits(kModel30, Distance(3), 25);  // 2.5
  CheckModelFits(kModel30, Distance(1), 10);
}

TEST(CheckModelFits, NamesBothDistancesWhereTheyDiffer) {
  EXPECT_EQ(
      testing::ErrorMessage(ErrorKind::kModel, [] { CheckModelFits(kModel30, Distance(20), 30); }),
      "the model m was trained with k = 3 at 30 fps, and this run has k = 20 at 30 fps (from "
      "a test)");
  testing::ErrorMessage(ErrorKind::kModel, [] { CheckModelFits(kModel30, Distance(3), 200); });
}

}  // namespace
}  // namespace mestr::internal
