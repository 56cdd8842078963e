#include "core/text.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(CharactersOf, CountsCharactersNotBytes) {
  EXPECT_EQ(CharactersOf(""), 0u);
  EXPECT_EQ(CharactersOf("ms"), 2u);
  EXPECT_EQ(CharactersOf("né 日本"), 5u);
}

TEST(Joined, PutsTheSeparatorBetweenWords) {
  EXPECT_EQ(Joined({}), "");
  EXPECT_EQ(Joined({"a"}), "a");
  EXPECT_EQ(Joined({"a", "b", "c"}), "a,b,c");
  EXPECT_EQ(Joined({"a", "b"}, ", "), "a, b");
}

TEST(Counted, AddsAnSToAllButOne) {
  EXPECT_EQ(Counted(0, "frame"), "0 frames");
  EXPECT_EQ(Counted(1, "frame"), "1 frame");
  EXPECT_EQ(Counted(2, "frame"), "2 frames");
}

TEST(SizeText, IsWidthTimesHeight) { EXPECT_EQ(SizeText(640, 480), "640x480"); }

TEST(ZeroPadded, KeepsLongNumbersWhole) {
  EXPECT_EQ(ZeroPadded(7, 3), "007");
  EXPECT_EQ(ZeroPadded(123, 3), "123");
  EXPECT_EQ(ZeroPadded(1234, 3), "1234");
}

}  // namespace
}  // namespace mestr::internal
