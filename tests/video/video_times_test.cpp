// The clock of whole files: rates, pauses, joined streams, late pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"
#include "support/test_support.h"
#include "video/read_video.h"
#include "video/remux.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::ErrorMessage;
using testing::EvenStamps;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Numbers;
using testing::ReadAll;
using testing::ReadVideo;
using ::testing::SizeIs;

class VideoTimes : public ::testing::Test {
 protected:
  // At 30 fps.
  fs::path Write(const std::string& name, const std::vector<std::int64_t>& stamps) const {
    testing::ClipOptions clip;
    clip.stamps = stamps;
    testing::WriteClip(folder_.path() / name, clip);
    return folder_.path() / name;
  }

  testing::TemporaryFolder folder_;
};

std::vector<std::int64_t> WithAPause(int before, int after, std::int64_t pause) {
  std::vector<std::int64_t> stamps = EvenStamps(before + after);
  for (int i = before; i < before + after; ++i) stamps[static_cast<std::size_t>(i)] += pause;
  return stamps;
}

TEST_F(VideoTimes, APausedRecordingKeepsItsRateAndBreaksAtThePause) {
  for (const std::string name : {"paused.mp4", "paused.mkv", "paused.mov"}) {
    const ReadVideo video = ReadAll(Write(name, WithAPause(40, 50, 600)));
    ASSERT_TRUE(video.after.fps) << name;
    EXPECT_NEAR(*video.after.fps, 30, 0.01) << name;
    EXPECT_EQ(video.numbers, Numbers(0, 90));
    EXPECT_THAT(video.breaks, ElementsAre(40)) << name;
    EXPECT_NEAR(video.times_s[40], 640.0 / 30, 0.002) << name;
    EXPECT_FALSE(video.after.variable_frame_rate) << name;
    EXPECT_THAT(video.after.notes,
                Contains(AllOf(HasSubstr("1 gap"), HasSubstr("20.03 s before frame 41"))));
  }
}

TEST_F(VideoTimes, AHeaderThatThePauseSpoiledIsNamed) {
  const ReadVideo video = ReadAll(Write("paused.mp4", WithAPause(40, 50, 600)));
  EXPECT_THAT(video.before.notes,
              Contains(AllOf(HasSubstr("its header says "), HasSubstr("30 fps is taken"))));
}

TEST_F(VideoTimes, AnEvenVideoHasNeitherBreaksNorNotes) {
  for (const std::string name : {"even.mp4", "even.mkv", "even.ts", "even.avi"}) {
    const ReadVideo video = ReadAll(Write(name, EvenStamps(45)));
    EXPECT_NEAR(video.after.fps.value_or(0), 30, 0.01) << name;
    EXPECT_THAT(video.breaks, IsEmpty()) << name;
    EXPECT_THAT(video.after.notes, IsEmpty()) << name;
    EXPECT_EQ(video.times_s.front(), 0) << name;
  }
}

TEST_F(VideoTimes, JoinedTransportStreamsAreOneVideoWithAStep) {
  const std::string once = ReadFile(Write("once.ts", EvenStamps(45)));
  const fs::path twice = folder_.path() / "twice.ts";
  testing::WriteBytes(twice, once + once);
  const ReadVideo video = ReadAll(twice);
  std::vector<int> numbers = Numbers(0, 45);
  const std::vector<int> again = numbers;
  numbers.insert(numbers.end(), again.begin(), again.end());
  EXPECT_EQ(video.numbers, numbers);
  EXPECT_THAT(video.breaks, ElementsAre(45));
  EXPECT_THAT(video.after.notes,
              ElementsAre(AllOf(HasSubstr("steps back 1 time "), HasSubstr("before frame 46"))));
  for (std::size_t i = 0; i < video.times_s.size(); ++i) {
    EXPECT_NEAR(video.times_s[i], static_cast<double>(i) / 30, 0.002) << i;
  }
}

TEST_F(VideoTimes, WhatIsLeftOutAtTheStartTookItsTime) {
  testing::ClipOptions clip;
  clip.stamps = EvenStamps(60);
  clip.gop = 20;
  testing::WriteClip(folder_.path() / "whole.ts", clip);
  const fs::path cut = folder_.path() / "cut.ts";
  testing::Remux({folder_.path() / "whole.ts"}, cut, {.left_out = testing::First(6)});
  const ReadVideo video = ReadAll(cut);
  EXPECT_EQ(video.numbers, Numbers(20, 40));
  EXPECT_NEAR(video.times_s.front(), 14.0 / 30, 0.002) << "the cut file begins with frame 6";
}

// A transport stream that lost packets in its middle has the same mark as one that was joined.
TEST_F(VideoTimes, ATransportStreamThatLostPacketsIsStillDamaged) {
  constexpr std::size_t kPacketBytes = 188;
  std::string bytes = ReadFile(Write("whole.ts", EvenStamps(45)));
  bytes.erase(bytes.size() / kPacketBytes / 2 * kPacketBytes, 2 * kPacketBytes);
  const fs::path path = folder_.path() / "lost.ts";
  testing::WriteBytes(path, bytes);
  EXPECT_THAT(testing::ReadError(path), HasSubstr("damaged"));
}

TEST_F(VideoTimes, PicturesThatBeginAfterTheSoundAreLate) {
  const fs::path sound = folder_.path() / "sound.wav";
  testing::WriteSound(sound);
  const fs::path pictures = Write("pictures.mkv", WithAPause(0, 30, 45));
  const fs::path both = folder_.path() / "both.mkv";
  testing::Remux({pictures, sound}, both);
  const ReadVideo video = ReadAll(both);
  EXPECT_NEAR(video.times_s.front(), 1.5, 0.002);
  EXPECT_NEAR(video.times_s.back(), 1.5 + 29.0 / 30, 0.002);
  EXPECT_EQ(ReadAll(pictures).times_s.front(), 0) << "without sound they are the beginning";
}

TEST_F(VideoTimes, ARateThatIsAskedForGoesBeforeTheFilesAndLeavesItsClock) {
  const auto source = OpenVideoFile(Write("clip.mp4", EvenStamps(20)), 200.0);
  EXPECT_EQ(source->info().fps, 200.0);
  EXPECT_THAT(source->info().notes,
              ElementsAre(AllOf(HasSubstr("200 fps, as asked"), HasSubstr("30 fps"))));
  Frame frame;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(source->Next(frame));
  EXPECT_NEAR(frame.time_s, 19.0 / 30, 1e-4);
  for (const double fps : {30.0, 30.001}) {
    EXPECT_THAT(OpenVideoFile(folder_.path() / "clip.mp4", fps)->info().notes, IsEmpty()) << fps;
  }
  EXPECT_THAT(OpenVideoFile(folder_.path() / "clip.mp4", 29.97)->info().notes, SizeIs(1));
  for (const double fps : {0.0, -1.0, std::nan("")}) {
    EXPECT_THAT(ErrorMessage(ErrorKind::kInvalidArgument,
                             [&] { OpenVideoFile(folder_.path() / "clip.mp4", fps); }),
                HasSubstr("frame rate"));
  }
}

// JPEG after JPEG, without a container: nothing says how fast.
TEST_F(VideoTimes, ABareStreamHasTheClockThatItIsGiven) {
  std::string bytes;
  for (int i = 0; i < 12; ++i) {
    bytes += testing::EncodeImage(".jpg", testing::NumberedPicture(96, 64, i));
  }
  const fs::path path = folder_.path() / "bare.mjpeg";
  testing::WriteBytes(path, bytes);
  EXPECT_FALSE(OpenVideoFile(path)->info().fps);
  const auto source = OpenVideoFile(path, 50.0);
  EXPECT_EQ(source->info().fps, 50.0);
  Frame frame;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(source->Next(frame));
    EXPECT_EQ(testing::NumberOf(frame.image_bgr), i);
    EXPECT_NEAR(frame.time_s, i / 50.0, 1e-9);
    EXPECT_TRUE(frame.continues);
  }
  EXPECT_FALSE(source->Next(frame));
}

}  // namespace
}  // namespace mestr::internal
