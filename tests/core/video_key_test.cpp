#include "mestr/core/video_key.h"

#include <gtest/gtest.h>

namespace mestr {
namespace {

TEST(ComparableSubject, DropsLeadingZerosOfNumbersOnly) {
  EXPECT_EQ(ComparableSubject("017"), "17");
  EXPECT_EQ(ComparableSubject("17"), "17");
  EXPECT_EQ(ComparableSubject("000"), "0");
  EXPECT_EQ(ComparableSubject("s015"), "s015");
  EXPECT_EQ(ComparableSubject(""), "");
}

TEST(ComparableSubject, DropsTheFractionThatASpreadsheetAdded) {
  EXPECT_EQ(ComparableSubject("17.0"), "17");
  EXPECT_EQ(ComparableSubject("017.0"), "17");
  EXPECT_EQ(ComparableSubject("17.5"), "17.5");
  EXPECT_EQ(ComparableSubject(".0"), ".0");
  EXPECT_EQ(ComparableSubject("17.00a"), "17.00a");
}

TEST(Comparable, ChangesTheSubjectAlone) {
  EXPECT_EQ(Comparable({"cas", "001", "002"}), (VideoKey{"cas", "1", "002"}));
}

}  // namespace
}  // namespace mestr
