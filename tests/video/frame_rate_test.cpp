#include "video/frame_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kMillisecond = 0.001;

std::vector<PacketTimes> Evenly(double fps, int frames, double tick_s, double start_s = 0) {
  std::vector<PacketTimes> packets;
  for (int i = 0; i < frames; ++i) {
    const std::int64_t stamp = std::llround((start_s + i / fps) / tick_s);
    packets.push_back({.shown = stamp, .decoded = stamp});
  }
  return packets;
}

TEST(UsualInterval, AveragesOutTheRoundingOfACoarseClock) {
  for (const double fps : {10.0, 23.976, 30.0, 59.94, 120.0, 200.0, 240.0}) {
    const auto interval = UsualInterval_s(Evenly(fps, 300, kMillisecond), kMillisecond);
    ASSERT_TRUE(interval) << fps;
    EXPECT_NEAR(1 / *interval, fps, 0.01 * fps) << fps;
  }
}

TEST(UsualInterval, IsNotThatOfPausesOrLostFrames) {
  std::vector<PacketTimes> packets = Evenly(30, 100, kMillisecond);
  for (const PacketTimes& after : Evenly(30, 100, kMillisecond, 23.3)) packets.push_back(after);
  std::erase_if(packets, [](const PacketTimes& p) { return *p.shown % 7 == 0; });
  EXPECT_NEAR(1 / *UsualInterval_s(packets, kMillisecond), 30, 0.3);
}

TEST(UsualInterval, IsTheMeanOfACamerasJitter) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> jitter_s(-0.008, 0.008);
  std::vector<PacketTimes> packets;
  for (int i = 0; i < 300; ++i) {
    const std::int64_t stamp = std::llround((i / 30.0 + jitter_s(random)) / kMillisecond);
    packets.push_back({.shown = stamp, .decoded = stamp});
  }
  EXPECT_NEAR(1 / *UsualInterval_s(packets, kMillisecond), 30, 0.3);
}

TEST(UsualInterval, ReadsReorderedFramesAndThoseWithoutATimeOfDecoding) {
  constexpr double kTick = 1.0 / 90000;
  std::vector<PacketTimes> packets;
  for (const int i : {0, 3, 1, 2, 6, 4, 5, 9, 7, 8}) {
    packets.push_back({.shown = i * 3000, .decoded = std::nullopt});
  }
  EXPECT_NEAR(1 / *UsualInterval_s(packets, kTick), 30, 1e-9);
}

// Half a frame apart, so that stamps put together would be twice as many a second.
TEST(UsualInterval, KeepsTheClocksOfJoinedStreamsApart) {
  std::vector<PacketTimes> packets = Evenly(30, 45, kMillisecond, 1.4);
  for (const PacketTimes& after : Evenly(30, 45, kMillisecond, 1.4 + 0.5 / 30)) {
    packets.push_back(after);
  }
  EXPECT_NEAR(1 / *UsualInterval_s(packets, kMillisecond), 30, 0.3);
}

TEST(UsualInterval, OneStampOrNoneSaysNothing) {
  EXPECT_FALSE(UsualInterval_s(Evenly(30, 1, kMillisecond), kMillisecond));
  EXPECT_FALSE(UsualInterval_s(std::vector<PacketTimes>(20), kMillisecond));
}

FrameRate Choose(std::optional<double> header, std::optional<double> stamps, double tick_s,
                 bool interlaced = false) {
  return ChooseFrameRate({.header_fps = header,
                          .interval_s = stamps ? std::optional(1 / *stamps) : std::nullopt,
                          .tick_s = tick_s,
                          .interlaced = interlaced});
}

TEST(FrameRate, TheHeadersIsTakenAsItStandsWhereTheStampsAgree) {
  for (const double header : {30000.0 / 1001, 29.5, 31.2}) {
    const FrameRate rate = Choose(header, 30, kMillisecond);
    EXPECT_EQ(rate.fps, header);
    EXPECT_THAT(rate.note, IsEmpty());
  }
  EXPECT_EQ(Choose(25, std::nullopt, kMillisecond).fps, 25);
}

TEST(FrameRate, AMissingOneComesFromTheStampsAndIsNamed) {
  const FrameRate rate = Choose(std::nullopt, 29.98, kMillisecond);
  EXPECT_EQ(rate.fps, 30);
  EXPECT_THAT(rate.note, AllOf(HasSubstr("no frame rate"), HasSubstr("30 fps is taken")));
  EXPECT_EQ(Choose(std::nullopt, 12.345678, kMillisecond).fps, 12.35);
}

TEST(FrameRate, AClocksTickIsNone) {
  EXPECT_EQ(Choose(1000, 30, kMillisecond).fps, 30);
  EXPECT_EQ(Choose(90000, 25, 1.0 / 90000).fps, 25);
  EXPECT_THAT(Choose(1000, 30, kMillisecond).note,
              AllOf(HasSubstr("1000 fps, a tick of its clock"), HasSubstr("30 fps is taken")));
  EXPECT_FALSE(Choose(1000, std::nullopt, kMillisecond).fps);
  EXPECT_EQ(Choose(30, std::nullopt, 1.0 / 30).fps, 30) << "an AVI's tick is a frame";
}

TEST(FrameRate, OneThatTheStampsContradictIsNamedWithTheirs) {
  const FrameRate rate = Choose(10, 30, 1.0 / 15360);
  EXPECT_EQ(rate.fps, 30);
  EXPECT_THAT(rate.note, AllOf(HasSubstr("its header says 10 fps"), HasSubstr("30 fps is taken")));
}

TEST(FrameRate, TwoFieldsAreOneFrame) {
  EXPECT_EQ(Choose(25, 50, 1.0 / 90000, /*interlaced=*/true).fps, 25);
  EXPECT_EQ(Choose(25, 50, 1.0 / 90000, /*interlaced=*/false).fps, 50);
}

TEST(FrameRate, NothingIsInvented) {
  const FrameRate rate = Choose(std::nullopt, std::nullopt, kMillisecond);
  EXPECT_FALSE(rate.fps);
  EXPECT_THAT(rate.note, IsEmpty());
}

}  // namespace
}  // namespace mestr::internal
