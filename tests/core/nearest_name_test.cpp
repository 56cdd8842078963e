#include "core/nearest_name.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

const std::vector<std::string> kNames = {"--fps", "--jobs", "--landmarks", "--output", "--quiet"};

TEST(NearestName, MendsOneSlipOfTheFingers) {
  for (const char* typed : {"--fsp", "--fp", "--fpss", "--fbs", "-fps", "--FPS"}) {
    EXPECT_EQ(NearestName(typed, kNames), "--fps") << typed;
  }
  EXPECT_EQ(NearestName("--ouptut", kNames), "--output");
  EXPECT_EQ(NearestName("--landmarcs", kNames), "--landmarks");
}

TEST(NearestName, TakesTheBeginningOfALongName) {
  EXPECT_EQ(NearestName("--land", kNames), "--landmarks");
  EXPECT_EQ(NearestName("eval", {"validate", "evaluate"}), "evaluate");
}

TEST(NearestName, SuggestsNothingFarAway) {
  for (const char* typed : {"", "x", "--colour", "--verbose"}) {
    EXPECT_EQ(NearestName(typed, kNames), std::nullopt) << typed;
  }
  EXPECT_EQ(NearestName("spot", {"run", "synth"}), std::nullopt);
  EXPECT_EQ(NearestName("run", {}), std::nullopt);
}

TEST(NearestName, TakesTheFirstOfTwoThatAreAsNear) {
  EXPECT_EQ(NearestName("cas_x", {"cas_a", "cas_b"}), "cas_a");
}

TEST(NearestName, PassesOverWhatIsNoName) {
  EXPECT_EQ(NearestName(std::string(1 << 20, 'x'), {std::string(1 << 20, 'x')}), std::nullopt);
}

TEST(NearestName, EndsAMessage) {
  EXPECT_EQ(DidYouMean("--fps"), "; did you mean --fps?");
  EXPECT_EQ(DidYouMean(std::nullopt), "");
  EXPECT_EQ(WithHint("no flag --fsp", "--fps", "see --help"),
            "no flag --fsp; did you mean --fps? see --help");
  EXPECT_EQ(WithHint("no flag --x", std::nullopt, "see --help"), "no flag --x; see --help");
}

}  // namespace
}  // namespace mestr::internal
