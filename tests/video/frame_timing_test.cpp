#include "video/frame_timing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mestr::internal {
namespace {

FrameTiming Timing(double tick_s, const std::vector<std::int64_t>& stamps) {
  FrameTiming timing(tick_s);
  for (const std::int64_t stamp : stamps) timing.Add(stamp);
  return timing;
}

TEST(FrameTiming, OneFrameIsNotVariable) { EXPECT_FALSE(Timing(0.001, {5}).variable()); }

TEST(FrameTiming, MillisecondRoundingIsNotVariable) {
  for (const double fps : {24.0, 25.0, 29.97, 30.0, 60.0, 120.0, 200.0, 240.0, 480.0}) {
    FrameTiming timing(0.001);
    for (int i = 0; i < 1000; ++i) timing.Add(std::lround(1000 * i / fps));
    EXPECT_FALSE(timing.variable()) << fps << " fps";
  }
}

TEST(FrameTiming, MillisecondRoundingKeptInAFineClockIsNotVariable) {
  // 33, 33, 34 ms at 16000 ticks a second, as FFmpeg makes it of WebM in mp4.
  EXPECT_FALSE(Timing(1.0 / 16000, {0, 528, 1056, 1600}).variable());
}

TEST(FrameTiming, AFrameLeftOutIsVariable) {
  EXPECT_TRUE(Timing(0.001, {0, 33, 67, 133, 167}).variable());
  EXPECT_TRUE(Timing(1.0 / 30, {0, 1, 2, 4, 5}).variable()) << "where a tick is a frame";
}

TEST(FrameTiming, ACamerasJitterIsVariable) {
  EXPECT_TRUE(Timing(1.0 / 90000, {0, 3000, 6200, 8900, 12000}).variable());
}

TEST(FrameTiming, TimeThatStandsOrRunsBackIsVariable) {
  EXPECT_TRUE(Timing(0.001, {0, 33, 33, 66}).variable());
  EXPECT_TRUE(Timing(0.001, {0, 33, 20, 66}).variable());
}

TEST(FrameTiming, ABreakSaysNothingOfEvennessAndIsTheLongestStep) {
  FrameTiming timing(0.001);
  for (const std::int64_t stamp : {0, 33, 67}) timing.Add(stamp);
  timing.Break();
  timing.Add(5000);
  timing.Add(5033);
  EXPECT_FALSE(timing.variable());
  EXPECT_DOUBLE_EQ(timing.longest_step_s(), 4.933);
}

TEST(FrameTiming, KnowsTheLongestStep) {
  EXPECT_DOUBLE_EQ(Timing(0.001, {0, 33, 133, 167}).longest_step_s(), 0.1);
  EXPECT_DOUBLE_EQ(Timing(0.001, {7}).longest_step_s(), 0);
}

}  // namespace
}  // namespace mestr::internal
