#include "vqa/answer.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

using Units = std::set<std::string>;

TEST(ClassOf, StrictIsTheWholeAnswer) {
  EXPECT_EQ(ClassOf(" Positive.! ", kCoarseClasses, ClassReading::kStrict), "positive");
  EXPECT_EQ(ClassOf("It is positive.", kCoarseClasses, ClassReading::kStrict), "it is positive");
  EXPECT_EQ(ClassOf("", kCoarseClasses, ClassReading::kStrict), "");
}

TEST(ClassOf, LenientIsTheFirstClassNamed) {
  EXPECT_EQ(ClassOf("Negative, not positive", kCoarseClasses, ClassReading::kLenient), "negative");
  EXPECT_EQ(ClassOf("nonpositive", kCoarseClasses, ClassReading::kLenient), "nonpositive");
  EXPECT_EQ(ClassOf("Contempt!", kFineClasses, ClassReading::kLenient), "contempt");
}

TEST(EventTypeOf, KnowsATypeByItsBeginning) {
  EXPECT_EQ(EventTypeOf("Micro-expression."), "micro-expression");
  EXPECT_EQ(EventTypeOf("a macroexpression"), "macro-expression");
  EXPECT_EQ(EventTypeOf("It is macro"), "macro-expression");
  EXPECT_EQ(EventTypeOf("Unknown."), "unknown");
}

TEST(CountOf, IsTheFirstWholeNumber) {
  EXPECT_EQ(CountOf("5"), 5);
  EXPECT_EQ(CountOf("about 9 or 10"), 9);
  EXPECT_EQ(CountOf("-3"), -3);
  EXPECT_EQ(CountOf("it is -3"), -3);
  EXPECT_EQ(CountOf("(-3)"), -3);
  EXPECT_EQ(CountOf("micro-3"), 3);
  EXPECT_EQ(CountOf("Micro-expressions:-3"), 3);
  EXPECT_EQ(CountOf("--3"), 3);
  EXPECT_EQ(CountOf("three"), std::nullopt);
  EXPECT_EQ(CountOf(""), std::nullopt);
  EXPECT_EQ(CountOf("99999999999999999999"), std::nullopt);
}

TEST(ActionUnitsOf, AreNamesInAnyOrder) {
  EXPECT_EQ(ActionUnitsOf("Lip stretcher, brow-lowerer; lip  stretcher."),
            (Units{"lip stretcher", "brow lowerer"}));
  EXPECT_EQ(ActionUnitsOf("cheek raiser and dimpler"), (Units{"cheek raiser", "dimpler"}));
  EXPECT_TRUE(ActionUnitsOf(" , ").empty());
}

}  // namespace
}  // namespace mestr::internal
