#include "config/input_options.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

VideoInput Of(const std::string& dataset) {
  VideoInput input;
  input.key.dataset = dataset;
  return input;
}

TEST(UsualConfigs, OfOwnVideosAreTheBestThatWeKnow) {
  EXPECT_THAT(UsualConfigs(std::vector{Of(""), Of("mine")}), ElementsAre("demo"));
}

TEST(UsualConfigs, OfAChallengesVideoAreTheBaselines) {
  EXPECT_THAT(UsualConfigs(std::vector{Of("cas")}), IsEmpty());
  EXPECT_THAT(UsualConfigs(std::vector{Of(""), Of("samm")}), IsEmpty());
}

TEST(InputOptions, HaveTheConfigsLayouts) {
  const InputOptions options = InputOptionsOf(DefaultConfig(), 25);
  EXPECT_EQ(options.fps, 25);
  ASSERT_EQ(options.layouts.size(), 2U);
  EXPECT_EQ(options.layouts[0].dataset, "cas");
}

}  // namespace
}  // namespace mestr::internal
