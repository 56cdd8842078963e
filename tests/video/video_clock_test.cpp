#include "video/video_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kMillisecond = 0.001;
constexpr double kInterval_s = 1.0 / 30;

struct Readings {
  std::vector<double> times_s;
  std::vector<std::size_t> breaks;  // frames that do not continue the one before
};

Readings ReadAll(VideoClock& clock, const std::vector<std::optional<std::int64_t>>& stamps) {
  Readings readings;
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    const ClockReading reading = clock.Next(stamps[i]);
    readings.times_s.push_back(reading.time_s);
    if (!reading.continues) readings.breaks.push_back(i);
  }
  return readings;
}

TEST(VideoClock, CountsFromWhereTheFileBegins) {
  VideoClock clock(kMillisecond, 1.523, kInterval_s);
  const Readings readings = ReadAll(clock, {1523, 1556, 1590});
  EXPECT_NEAR(readings.times_s[0], 1.523, 1e-12);
  EXPECT_NEAR(readings.times_s[2], 1.590, 1e-12);
  EXPECT_THAT(readings.breaks, IsEmpty());
  EXPECT_THAT(clock.Notes(), IsEmpty());
}

TEST(VideoClock, AnyStampOfTheFirstFrameIsTheStart) {
  VideoClock clock(kMillisecond, 0, kInterval_s);
  EXPECT_THAT(ReadAll(clock, {-67, 0}).times_s, ElementsAre(0.0, 0.067));
}

TEST(VideoClock, FramesThatCannotBeDecodedTookTheirTime) {
  VideoClock clock(kMillisecond, 0.5, kInterval_s);
  clock.StartAt(2200);
  EXPECT_THAT(ReadAll(clock, {3400, 3433}).times_s, ElementsAre(1.7, 1.733));
}

TEST(VideoClock, APauseIsAGapAndKeepsItsSeconds) {
  VideoClock clock(kMillisecond, 0, kInterval_s);
  const Readings readings = ReadAll(clock, {0, 33, 20066, 20100});
  EXPECT_THAT(readings.breaks, ElementsAre(2U));
  EXPECT_NEAR(readings.times_s[2], 20.066, 1e-12);
  EXPECT_FALSE(clock.timing().variable());
  EXPECT_THAT(clock.Notes(),
              ElementsAre(AllOf(HasSubstr("1 gap "), HasSubstr("20.03 s before frame 3"))));
}

TEST(VideoClock, LostFramesAndALowRateAreNoGaps) {
  VideoClock lost(kMillisecond, 0, kInterval_s);
  EXPECT_THAT(ReadAll(lost, {0, 33, 167, 333}).breaks, IsEmpty());
  EXPECT_TRUE(lost.timing().variable());
  VideoClock slow(kMillisecond, 0, 0.25);
  EXPECT_THAT(ReadAll(slow, {0, 250, 500, 1500}).breaks, IsEmpty());
}

TEST(VideoClock, GoesOnWhereStreamsWereJoined) {
  VideoClock clock(kMillisecond, 0, kInterval_s);
  const Readings readings = ReadAll(clock, {1400, 1433, 1467, 1400, 1433, 1467});
  EXPECT_THAT(readings.breaks, ElementsAre(3U));
  for (std::size_t i = 0; i < readings.times_s.size(); ++i) {
    EXPECT_NEAR(readings.times_s[i], static_cast<double>(i) * kInterval_s, 0.002) << i;
  }
  EXPECT_FALSE(clock.timing().variable());
  EXPECT_THAT(clock.Notes(), ElementsAre(AllOf(HasSubstr("steps back 1 time "),
                                               HasSubstr("0.07 s before frame 4"))));
}

TEST(VideoClock, CountsEveryGapAndNamesTheFirst) {
  VideoClock clock(kMillisecond, 0, kInterval_s);
  EXPECT_THAT(ReadAll(clock, {0, 1000, 1033, 9000}).breaks, ElementsAre(1U, 3U));
  EXPECT_THAT(clock.Notes(), ElementsAre(HasSubstr("2 gaps (first: 1.00 s before frame 2)")));
}

TEST(VideoClock, SecondsNeverStepBack) {
  VideoClock clock(kMillisecond, 0, kInterval_s);
  EXPECT_THAT(ReadAll(clock, {0, 33, 20, 66}).times_s, ElementsAre(0.0, 0.033, 0.033, 0.066));
}

TEST(VideoClock, FramesWithoutAStampFollowByTheUsualStep) {
  VideoClock clock(kMillisecond, 0, 0.5);
  EXPECT_THAT(ReadAll(clock, {std::nullopt, std::nullopt, std::nullopt}).times_s,
              ElementsAre(0.0, 0.5, 1.0));
}

}  // namespace
}  // namespace mestr::internal
