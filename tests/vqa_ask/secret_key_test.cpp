#include "vqa_ask/secret_key.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

TEST(SecretKey, IsHiddenAsItIsAndEscaped) {
  const SecretKey key("sk\\/x");
  EXPECT_EQ(key.HiddenIn(R"(a sk\/x b sk\\\/x c sk\\\u002fx d s%6b\%2Fx)"),
            "a *** b *** c *** d ***");
  EXPECT_EQ(key.HiddenIn("sk/"), "sk/");
  EXPECT_EQ(key.HiddenIn("sk\\u002"), "sk\\u002");
  EXPECT_EQ(key.HiddenIn("sksk\\/x"), "sk***");
  EXPECT_EQ(SecretKey().HiddenIn("all stays"), "all stays");
}

TEST(SecretKey, ManyBackSlashesTakeNoTime) {
  EXPECT_EQ(SecretKey("sk-x").HiddenIn(std::string(1 << 20, '\\')).size(), 1u << 20);
}

TEST(SecretKey, AnAnswerKeepsWordsThatAreNoSecrets) {
  EXPECT_EQ(SecretKey("no").HiddenInAnswer("no, none of them"), "no, none of them");
  EXPECT_EQ(SecretKey("fifteen-letters").HiddenInAnswer("a fifteen-letters"), "a fifteen-letters");
  EXPECT_EQ(SecretKey("sixteen--letters").HiddenInAnswer("a sixteen--letters"), "a ***");
}

}  // namespace
}  // namespace mestr::internal
