#include "video/mp4_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "core/files.h"
#include "mestr/core/error.h"
#include "support/test_support.h"
#include "video/libav.h"
#include "video/read_video.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

using ::testing::DoubleNear;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NumberedPicture;
using testing::Numbers;
using ::testing::Pointwise;
using testing::ReadAll;
using testing::ReadVideo;

constexpr int kMicroseconds = 1'000'000;

cv::Mat Picture(int number) {
  const cv::Mat gray = NumberedPicture(96, 64, number);
  cv::Mat bgr;
  cv::merge(std::vector<cv::Mat>(3, gray), bgr);
  return bgr;
}

class Mp4WriterTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "video.mp4"; }

  testing::TemporaryFolder folder_;
  Mp4Options options_{.size = {96, 64}};
};

void WriteNumbers(Mp4Writer& writer, const std::vector<double>& times_s) {
  for (std::size_t i = 0; i < times_s.size(); ++i) {
    writer.Write(Picture(static_cast<int>(i)), times_s[i]);
  }
  writer.Finish();
}

TEST_F(Mp4WriterTest, FramesOfAFixedRateFollowEachOther) {
  options_.fps = 29.97;
  {
    Mp4Writer writer(path(), options_);
    for (int i = 0; i < 40; ++i) writer.Write(Picture(i));
    writer.Finish();
  }
  const ReadVideo video = ReadAll(path());
  EXPECT_EQ(video.numbers, Numbers(0, 40));
  EXPECT_NEAR(video.after.fps.value_or(0), 29.97, 1e-4);
  EXPECT_FALSE(video.after.variable_frame_rate);
  EXPECT_THAT(video.after.notes, IsEmpty());
}

TEST_F(Mp4WriterTest, FramesKeepTimesOfTheirOwn) {
  options_.ticks_per_s = kMicroseconds;
  std::vector<double> times_s;
  for (int i = 0; i < 60; ++i) times_s.push_back((0.7 * i + 0.3 * std::floor(i / 3.0) * 3) / 30);
  {
    Mp4Writer writer(path(), options_);
    WriteNumbers(writer, times_s);
  }
  const ReadVideo video = ReadAll(path());
  EXPECT_EQ(video.numbers, Numbers(0, 60));
  EXPECT_THAT(video.times_s, Pointwise(DoubleNear(0.51e-6), times_s));
  EXPECT_TRUE(video.after.variable_frame_rate);
}

// As players have it: our own reader counts from where the first stream begins.
double StartOf(const std::filesystem::path& path) {
  AVFormatContext* opened = nullptr;
  EXPECT_EQ(avformat_open_input(&opened, path.c_str(), nullptr, nullptr), 0);
  const AvPtr<AVFormatContext> format(opened);
  EXPECT_GE(avformat_find_stream_info(opened, nullptr), 0);
  return static_cast<double>(format->start_time) / AV_TIME_BASE;
}

TEST_F(Mp4WriterTest, AVideoMayBeginLateAndPause) {
  options_.ticks_per_s = kMicroseconds;
  std::vector<double> times_s;
  for (int i = 0; i < 40; ++i) times_s.push_back(i / 30.0 + (i < 20 ? 0 : 600));
  {
    std::vector<double> late_s = times_s;
    for (double& time_s : late_s) time_s += 0.123456;
    Mp4Writer writer(path(), options_);
    WriteNumbers(writer, late_s);
  }
  const ReadVideo video = ReadAll(path());
  EXPECT_THAT(video.times_s, Pointwise(DoubleNear(1.1e-6), times_s));
  EXPECT_THAT(video.breaks, ::testing::ElementsAre(20));
  // In milliseconds, the unit of an MP4's edit list.
  EXPECT_NEAR(StartOf(path()), 0.123456, 0.0006);
}

TEST_F(Mp4WriterTest, TicksAreAsFineAsTheTimesNeed) {
  EXPECT_EQ(Mp4Ticks(std::vector<double>{0, 1 / 30.0, 2 / 30.0}, 30), std::nullopt);
  EXPECT_EQ(Mp4Ticks(std::vector<double>{0, 1 / 30.0, 2.1 / 30}, 30), kMicroseconds);
  EXPECT_EQ(Mp4Ticks(std::vector<double>{0.2, 0.2 + 1 / 30.0}, 30), kMicroseconds);
  EXPECT_EQ(Mp4Ticks(std::vector<double>{0, 1 / 30.0, 3600}, 30), 1000);
}

TEST_F(Mp4WriterTest, AStepThatNoMp4HasIsRefused) {
  options_.ticks_per_s = kMicroseconds;
  Mp4Writer writer(path(), options_);
  writer.Write(Picture(0), 0);
  EXPECT_THAT(ErrorMessage(ErrorKind::kInvalidArgument, [&] { writer.Write(Picture(1), 3600); }),
              HasSubstr("too many ticks"));
}

TEST_F(Mp4WriterTest, TwoFramesOfOneTimeAreBothThere) {
  options_.ticks_per_s = kMicroseconds;
  std::vector<double> times_s;
  for (int i = 0; i < 20; ++i) times_s.push_back((i == 7 ? 6 : i) / 30.0);
  {
    Mp4Writer writer(path(), options_);
    WriteNumbers(writer, times_s);
  }
  const ReadVideo video = ReadAll(path());
  EXPECT_EQ(video.numbers, Numbers(0, 20));
  EXPECT_THAT(video.times_s, Pointwise(DoubleNear(1.6e-6), times_s));
}

TEST_F(Mp4WriterTest, InMemoryTheVideoIsTheSame) {
  const auto write = [&](Mp4Writer& writer) {
    for (int i = 0; i < 10; ++i) writer.Write(Picture(i));
    writer.Finish();
  };
  {
    Mp4Writer writer(path(), options_);
    write(writer);
  }
  Mp4Writer in_memory(std::nullopt, options_);
  write(in_memory);
  EXPECT_EQ(in_memory.TakeBytes(), ReadFile(path()));
}

TEST_F(Mp4WriterTest, OfAFastStartTheIndexComesFirst) {
  options_.fast_start = true;
  {
    Mp4Writer writer(path(), options_);
    writer.Write(Picture(0));
    writer.Finish();
  }
  const std::string bytes = ReadFile(path());
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
  EXPECT_EQ(ReadAll(path()).numbers, Numbers(0, 1));
}

TEST_F(Mp4WriterTest, APictureOfAnotherSizeIsRefused) {
  Mp4Writer writer(path(), options_);
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInvalidArgument, [&] { writer.Write(NumberedPicture(64, 64, 0)); }),
      HasSubstr("of its size"));
}

TEST_F(Mp4WriterTest, ASizeThatH264DoesNotHaveIsNamed) {
  options_.size = {20000, 64};
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { Mp4Writer(path(), options_); }),
              HasSubstr("20000x64 px; 16384 px"));
}

TEST_F(Mp4WriterTest, WhatCannotBeWrittenIsNamed) {
  const auto missing = folder_.path() / "none" / "video.mp4";
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { Mp4Writer(missing, options_); }),
              HasSubstr("cannot write " + missing.string() + ": "));
  // It takes what is written, and cannot go back.
  const auto pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int reader = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { Mp4Writer(pipe, options_); }),
              HasSubstr("cannot write " + pipe.string() + ": "));
  ::close(reader);
}

TEST_F(Mp4WriterTest, AFullDiskIsNamed) {
  if (!Exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] {
                             Mp4Writer writer("/dev/full", options_);
                             WriteNumbers(writer, {0, 0.1, 0.2});
                           }),
              HasSubstr("cannot write /dev/full: "));
}

}  // namespace
}  // namespace mestr::internal
