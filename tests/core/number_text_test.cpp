#include "core/number_text.h"

#include <gtest/gtest.h>

#include <charconv>
#include <limits>
#include <string>

namespace mestr::internal {
namespace {

TEST(NumberText, IsTheShortestThatReadsBackExactly) {
  EXPECT_EQ(NumberText(30), "30");
  EXPECT_EQ(NumberText(29.97), "29.97");
  EXPECT_EQ(NumberText(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(NumberText(1e-6), "1e-06");
}

TEST(FixedText, HasAsManyDecimalsAsAskedFor) {
  EXPECT_EQ(FixedText(1.5, 2), "1.50");
  EXPECT_EQ(FixedText(2.0 / 3, 4), "0.6667");
  EXPECT_EQ(FixedText(99.96, 1), "100.0");
  EXPECT_EQ(FixedText(1234567, 0), "1234567");
}

TEST(FixedText, HasRoomForTheLongestNumber) {
  const double longest = -std::numeric_limits<double>::max();
  const std::string text = FixedText(longest, 4);
  EXPECT_EQ(text.size(), 1u + 309u + 5u);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  EXPECT_EQ(value, longest);
}

TEST(SignificantText, RoundsAndLeavesNoZerosAtTheEnd) {
  EXPECT_EQ(SignificantText(1.234e-5, 2), "1.2e-05");
  EXPECT_EQ(SignificantText(0.96, 1), "1");
  EXPECT_EQ(SignificantText(0, 2), "0");
  EXPECT_EQ(SignificantText(0.5, 3), "0.5");
}

TEST(ParseWholeNumber, TellsFractionsFromNumbersThatAreTooLarge) {
  EXPECT_EQ(ParseWholeNumber("2.3e1").value, 23);
  EXPECT_EQ(ParseWholeNumber("-7.").value, -7);
  for (const char* const none : {"", "2.5", "1e-400x", "nan", "inf", "+1", " 1", "0x1p3"}) {
    EXPECT_EQ(ParseWholeNumber(none).value, std::nullopt) << none;
    EXPECT_FALSE(ParseWholeNumber(none).too_large) << none;
  }
  for (const char* const large : {"1e16", "1e999", "99999999999999999999"}) {
    EXPECT_EQ(ParseWholeNumber(large).value, std::nullopt) << large;
    EXPECT_TRUE(ParseWholeNumber(large).too_large) << large;
  }
  EXPECT_EQ(ParseWholeNumber("23.0", true).value, std::nullopt);
  EXPECT_EQ(ParseWholeNumber("23", true).value, 23);
}

}  // namespace
}  // namespace mestr::internal
