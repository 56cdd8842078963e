#include "video/content_kind.h"

#include <gtest/gtest.h>

#include <string>

#include "core/files.h"
#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;

class Content : public ::testing::Test {
 protected:
  ContentKind Of(const std::string& bytes) const {
    testing::WriteBytes(folder_.path() / "file", bytes);
    return ContentOf(folder_.path() / "file");
  }
  // A clip of this container, under a name that says nothing.
  ContentKind OfClip(const std::string& extension, const std::string& encoder) const {
    const fs::path clip = folder_.path() / ("clip" + extension);
    testing::ClipOptions options;
    options.encoder = encoder;
    options.stamps = testing::EvenStamps(60);
    testing::WriteClip(clip, options);
    return Of(ReadFile(clip));
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Content, VideosAreKnownWithoutTheirNames) {
  for (const std::string extension : {".mp4", ".mkv", ".avi", ".nut"}) {
    EXPECT_EQ(OfClip(extension, "mpeg4"), ContentKind::kVideo) << extension;
  }
  EXPECT_EQ(OfClip(".flv", "flv"), ContentKind::kVideo);
  EXPECT_EQ(OfClip(".wmv", "wmv2"), ContentKind::kVideo);
  for (const std::string extension : {".mpg", ".vob", ".ts", ".m2ts"}) {
    EXPECT_EQ(OfClip(extension, "mpeg2video"), ContentKind::kVideo) << extension;
  }
}

TEST_F(Content, SoundIsNoVideo) {
  for (const std::string extension : {".wav", ".mka"}) {
    const fs::path sound = folder_.path() / ("sound" + extension);
    testing::WriteSound(sound);
    EXPECT_EQ(Of(ReadFile(sound)), ContentKind::kSound) << extension;
  }
}

TEST_F(Content, ScriptsThatNameOtherFilesAreNotOpened) {
  EXPECT_EQ(Of("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n"),
            ContentKind::kPlaylist);
  EXPECT_EQ(Of("ffconcat version 1.0\nfile other.mp4\n"), ContentKind::kPlaylist);
}

TEST_F(Content, TellsTheRestApart) {
  const cv::Mat picture = testing::NumberedPicture(96, 64, 1);
  EXPECT_EQ(Of(testing::EncodeImage(".png", picture)), ContentKind::kImage);
  EXPECT_EQ(Of(testing::EncodeImage(".jpg", picture)), ContentKind::kImage);
  EXPECT_EQ(Of("1\n00:00:01,000 --> 00:00:02,000\nhello\n\n"), ContentKind::kSubtitles);
  EXPECT_EQ(Of("subject,video,onset\n1,a,12\n"), ContentKind::kText);
  EXPECT_EQ(Of("Größe\t视频\r\n"), ContentKind::kText);
  EXPECT_EQ(Of("\x1B[31mred\x1B[0m\n"), ContentKind::kOther);
  EXPECT_EQ(Of(""), ContentKind::kEmpty);
  EXPECT_EQ(Of(std::string("\x93NUMPY\x01\0v\0", 10) + std::string(4000, '\0')),
            ContentKind::kOther);
  EXPECT_EQ(ContentOf(folder_.path() / "gone"), ContentKind::kUnreadable);
}

}  // namespace
}  // namespace mestr::internal
