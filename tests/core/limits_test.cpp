#include "core/limits.h"

#include <cmath>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;

std::string Message(double value, const Limits& limits) {
  return ErrorMessage(ErrorKind::kConfig, [&] { RequireInRange("x", value, limits); });
}

TEST(Limits, ContainTheirClosedEndsOnly) {
  EXPECT_TRUE(Limits::Closed(0, 1).Contain(0));
  EXPECT_TRUE(Limits::Closed(0, 1).Contain(1));
  EXPECT_FALSE(Limits::Open(0, 1).Contain(0));
  EXPECT_FALSE(Limits::Open(0, 1).Contain(1));
  EXPECT_FALSE(Limits::OpenLow(0, 1).Contain(0));
  EXPECT_TRUE(Limits::OpenLow(0, 1).Contain(1));
  EXPECT_TRUE(Limits::AtLeast(2).Contain(2));
  EXPECT_FALSE(Limits::Above(2).Contain(2));
}

TEST(Limits, ContainNothingThatIsNotFinite) {
  EXPECT_FALSE(Limits::Closed(0, 1).Contain(std::nan("")));
  EXPECT_FALSE(Limits::AtLeast(0).Contain(HUGE_VAL));
}

TEST(Limits, SayTheirEndsAndUnit) {
  EXPECT_EQ(Limits::Closed(0.5, 60, "s").Text(), "in [0.5, 60] s");
  EXPECT_EQ(Limits::OpenLow(0, 60, "s").Text(), "in (0, 60] s");
  EXPECT_EQ(Limits::Open(0, 1).Text(), "in (0, 1)");
  EXPECT_EQ(Limits::AtLeast(1).Text(), "at least 1");
  EXPECT_EQ(Limits::Above(0, "s").Text(), "above 0 s");
}

TEST(RequireInRange, NamesFieldValueAndLimit) {
  EXPECT_NO_THROW(RequireInRange("x", 60, Limits::Closed(0, 60)));
  EXPECT_EQ(Message(61.5, Limits::Closed(0, 60, "s")), "x is 61.5; it must be in [0, 60] s");
  EXPECT_EQ(Message(std::nan(""), Limits::AtLeast(1)), "x is nan; it must be at least 1");
}

TEST(RequireInRange, WritesWholeNumbersInFull) {
  EXPECT_EQ(Message(2e6, Limits::Closed(-100000, 1e6)),
            "x is 2000000; it must be in [-100000, 1000000]");
  EXPECT_EQ(Message(1e20, Limits::Closed(0, 1)), "x is 1e+20; it must be in [0, 1]");
}

}  // namespace
}  // namespace mestr::internal
