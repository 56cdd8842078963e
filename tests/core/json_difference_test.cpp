#include "core/json_difference.h"

#include <nlohmann/json.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

std::string Shown(const Json& earlier, const Json& now) {
  const auto difference = FirstDifference(earlier, now);
  return difference ? difference->place + ": " + difference->earlier + " / " + difference->now : "";
}

TEST(FirstDifference, IsNamedByItsPlace) {
  const Json earlier = {{"a", 1}, {"config", {{"spot", {{"p", 0.5}, {"k", 3}}}}}};
  Json now = earlier;
  EXPECT_EQ(Shown(earlier, now), "");
  now["config"]["spot"]["p"] = 0.6;
  EXPECT_EQ(Shown(earlier, now), "config.spot.p: 0.5 / 0.6");
}

TEST(FirstDifference, IsAlsoWhatOneLacks) {
  EXPECT_EQ(Shown({{"a", 1}}, {{"a", 1}, {"b", "x"}}), "b: none / x");
  EXPECT_EQ(Shown({{"a", 1}, {"b", "x"}}, {{"a", 1}}), "b: x / none");
  EXPECT_EQ(Shown({{"a", {{"b", 1}}}}, {{"a", 2}}), R"(a: {"b":1} / 2)");
}

TEST(FirstDifference, DoesNotLieInTheOrderOfKeys) {
  EXPECT_EQ(Shown({{"a", 1}, {"b", 2}}, {{"b", 2}, {"a", 1}}), "");
  EXPECT_EQ(Shown({{"a", {1, 2}}}, {{"a", {2, 1}}}), "a: [1,2] / [2,1]");
}

TEST(FirstDifference, ShortensLongValues) {
  const std::string shown = Shown({{"a", std::string(500, 'x')}}, {{"a", 1}});
  EXPECT_LT(shown.size(), 100U);
  EXPECT_THAT(shown, ::testing::HasSubstr("... / 1"));
}

}  // namespace
}  // namespace mestr::internal
