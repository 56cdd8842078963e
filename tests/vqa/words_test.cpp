#include "vqa/words.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(WordsOf, AreRunsOfLettersAndDigitsInLowerCase) {
  EXPECT_EQ(WordsOf("Upper-lid raiser (AU5)."), (Words{"upper", "lid", "raiser", "au5"}));
  EXPECT_EQ(WordsOf("isn't"), (Words{"isn", "t"}));
  EXPECT_EQ(WordsOf("\xc3\xa9t\xc3\xa9"), Words{"t"});
  EXPECT_TRUE(WordsOf(" .,! ").empty());
  EXPECT_TRUE(WordsOf("").empty());
}

TEST(BlankSeparatedWords, StayAsTheyAre) {
  EXPECT_EQ(BlankSeparatedWords(" The\tlip,  corner.\r\n"), (Words{"The", "lip,", "corner."}));
  EXPECT_TRUE(BlankSeparatedWords(" \n").empty());
}

TEST(Mteval13aWords, HavePunctuationApartButInNumbers) {
  EXPECT_EQ(Mteval13aWords("Upper-lid raiser (AU5) is visible; so."),
            (Words{"Upper-lid", "raiser", "(", "AU5", ")", "is", "visible", ";", "so", "."}));
  EXPECT_EQ(Mteval13aWords("1,000.5 is 3-fold, isn't it"),
            (Words{"1,000.5", "is", "3", "-", "fold", ",", "isn't", "it"}));
  EXPECT_EQ(Mteval13aWords("a &amp; b &quot;c&quot;"), (Words{"a", "&", "b", "\"", "c", "\""}));
}

}  // namespace
}  // namespace mestr::internal
