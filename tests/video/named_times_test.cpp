#include "video/named_times.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mestr::internal {
namespace {

// Of the frames with these indices, rounded to 0.1 ms as the names are.
NamedTimes TimesAt(double fps, const std::vector<int>& frames) {
  std::vector<double> times_s;
  for (const int frame : frames) times_s.push_back(std::round(frame / fps * 1e4) / 1e4);
  return ReadTimes(times_s, 1e-4);
}

std::vector<int> FirstFrames(int count) {
  std::vector<int> frames;
  for (int i = 0; i < count; ++i) frames.push_back(i);
  return frames;
}

TEST(ReadTimes, FindsTheRateDespiteRounding) {
  for (const double fps : {15.0, 25.0, 30.0, 60.0, 120.0, 200.0}) {
    for (const int count : {2, 10, 400}) {
      const NamedTimes times = TimesAt(fps, FirstFrames(count));
      ASSERT_TRUE(times.fps.has_value());
      EXPECT_EQ(*times.fps, fps) << count;
      EXPECT_FALSE(times.variable) << fps;
      EXPECT_EQ(times.gaps, 0U);
    }
  }
  EXPECT_NEAR(TimesAt(29.97, FirstFrames(900)).fps.value_or(0), 29.97, 1e-3);
}

TEST(ReadTimes, GapsDoNotChangeTheRate) {
  const NamedTimes times = TimesAt(30, {0, 1, 2, 5, 6, 7, 8, 607, 608, 609});
  EXPECT_EQ(times.fps, 30.0);
  EXPECT_TRUE(times.variable);
  EXPECT_EQ(times.gaps, 2U);
  EXPECT_EQ(times.longest_gap_after, 6U);
}

TEST(ReadTimes, OneTimeHasNoRate) {
  EXPECT_EQ(TimesAt(30, {7}).fps, std::nullopt);
  EXPECT_EQ(ReadTimes({}, 1e-4).fps, std::nullopt);
}

}  // namespace
}  // namespace mestr::internal
