#include "video/containers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/test_support.h"
#include "video/read_video.h"
#include "video/remux.h"
#include "video/test_clips.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::ClipOptions;
using ::testing::ElementsAre;
using testing::EvenStamps;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Numbers;
using testing::ReadAll;
using testing::ReadError;
using testing::ReadVideo;
using testing::TemporaryFolder;
using testing::WriteBytes;

class Containers : public ::testing::Test {
 protected:
  fs::path Write(const std::string& name, int frames, int width = 96) {
    ClipOptions options;
    options.encoder = "mpeg4";
    options.stamps = EvenStamps(frames);
    options.width = width;
    fs::path path = folder_.path() / name;
    WriteClip(path, options);
    return path;
  }

  TemporaryFolder folder_;
};

TEST_F(Containers, ThoseThatNameOtherFilesAreRefusedByName) {
  Write("other.avi", 3);
  const std::vector<std::pair<std::string, std::string>> lists = {
      {"hls", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.mp4\n"},
      {"concat", "ffconcat version 1.0\nfile other.avi\n"},
      {"dash",
       "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
       "profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\">\n</MPD>\n"},
      {"sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"}};
  for (const auto& [name, text] : lists) {
    const fs::path path = folder_.path() / "list.mp4";
    WriteBytes(path, text);
    EXPECT_THAT(ReadError(path), AllOf(HasSubstr("list.mp4: its container, " + name),
                                       HasSubstr("convert it to mp4"), Not(HasSubstr("\n"))));
  }
}

TEST_F(Containers, WhatHoldsItsOwnDataIsReadByWhateverName) {
  const fs::path avi = Write("clip.avi", 6);
  for (const std::string name : {"clip.mkv", "clip.mov", "clip.3gp", "clip.asf", "clip.nut",
                                 "clip.ts", "clip.m4v", "clip.mxf"}) {
    const fs::path path = folder_.path() / name;
    const std::string encoder = name == "clip.mxf" ? "mpeg2video" : "mpeg4";
    ClipOptions options;
    options.encoder = encoder;
    options.fps = 25;  // MXF takes no other
    options.stamps = EvenStamps(6);
    options.width = 176;
    options.height = 144;
    WriteClip(path, options);
    EXPECT_EQ(ReadAll(path).numbers, Numbers(0, 6)) << name;
  }
  const fs::path nameless = folder_.path() / "clip";
  fs::copy_file(avi, nameless);
  EXPECT_EQ(ReadAll(nameless).numbers, Numbers(0, 6));
}

TEST_F(Containers, DevicesAndPipesAreRefused) {
  EXPECT_THAT(ReadError("/dev/zero"), HasSubstr("/dev/zero: is a device or a pipe"));
  const fs::path pipe = folder_.path() / "pipe.mp4";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(ReadError(pipe), HasSubstr("pipe.mp4: is a device or a pipe"));
}

TEST_F(Containers, TheDefaultStreamIsTakenAndNamed) {
  const fs::path small = Write("small.avi", 6, 64);
  const fs::path large = Write("large.avi", 6, 128);
  const fs::path both = folder_.path() / "both.mkv";
  testing::Remux({small, large}, both, {.dispositions = {{1, AV_DISPOSITION_DEFAULT}}});
  const ReadVideo second = ReadAll(both);
  EXPECT_EQ(second.before.width, 128);
  EXPECT_THAT(second.before.notes, ElementsAre("video stream 2 of 2 (128x64) is taken"));

  testing::Remux({small, large}, both, {.dispositions = {{0, AV_DISPOSITION_DEFAULT}}});
  const ReadVideo first = ReadAll(both);
  EXPECT_EQ(first.before.width, 64);
  EXPECT_EQ(first.numbers, Numbers(0, 6));
  EXPECT_THAT(first.before.notes, ElementsAre("video stream 1 of 2 (64x64) is taken"));
}

TEST_F(Containers, EachStreamAnnouncesItsOwnFrames) {
  const fs::path both = folder_.path() / "both.mp4";
  testing::Remux({Write("short.avi", 4), Write("long.avi", 9, 128)}, both,
                 {.dispositions = {{1, AV_DISPOSITION_DEFAULT}}});
  const ReadVideo read = ReadAll(both);
  EXPECT_EQ(read.numbers, Numbers(0, 9));
  EXPECT_EQ(read.before.announced_frames, 9);
}

TEST_F(Containers, ACoverIsNeverTaken) {
  const fs::path cover = folder_.path() / "cover.avi";
  testing::WriteMotionJpeg(cover,
                           {testing::EncodeImage(".jpg", testing::NumberedPicture(640, 480, 77))});
  const fs::path path = folder_.path() / "with_cover.mp4";
  testing::Remux({cover, Write("clip.avi", 6)}, path,
                 {.dispositions = {{0, AV_DISPOSITION_ATTACHED_PIC}}});
  const ReadVideo read = ReadAll(path);
  EXPECT_EQ(read.numbers, Numbers(0, 6));
  EXPECT_TRUE(read.before.notes.empty());
}

TEST_F(Containers, PicturesAboveTheLimitAreRefusedBeforeTheyAreDecoded) {
  for (const std::string name : {"clip.avi", "clip.mp4", "clip.mkv", "clip.ts"}) {
    EXPECT_THAT(ReadError(Write(name, 30), {.most_megapixels = 0.005}),
                AllOf(HasSubstr(name + ": its pictures are 96 x 64 px, more than 0.005 megapixels"),
                      HasSubstr("video.most_megapixels")));
  }
}

// The header says less than what the packets hold.
TEST_F(Containers, PicturesThatGrowAboveTheLimitAreRefused) {
  const fs::path path = folder_.path() / "grows.avi";
  testing::WriteMotionJpeg(path,
                           {testing::EncodeImage(".jpg", testing::NumberedPicture(96, 64, 0)),
                            testing::EncodeImage(".jpg", testing::NumberedPicture(960, 640, 1))});
  EXPECT_THAT(ReadError(path, {.most_megapixels = 0.01}), HasSubstr("video.most_megapixels"));
}

TEST_F(Containers, ColoursThatNobodyKnowsAreUnspecified) {
  const cv::Vec3b yuv(120, 100, 160);
  const auto pixel = [&](int matrix, int range) {
    const fs::path path = folder_.path() / "solid.mkv";
    testing::WriteSolidClip(path, yuv, matrix, range);
    return ReadAll(path).images[0].at<cv::Vec3b>(5, 5);
  };
  EXPECT_EQ(pixel(127, AVCOL_RANGE_MPEG), pixel(AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_MPEG));
}

// The file of the field, where it is there.
TEST(ContainersOfTheField, AnUnknownColourSpaceIsNoError) {
  const fs::path path = testing::SourcePath("../shared/field/hostile/ubsan_colorspace.mov");
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not here";
  EXPECT_EQ(ReadAll(path).images.size(), 2U);
}

}  // namespace
}  // namespace mestr::internal
