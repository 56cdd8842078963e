#include "video/video_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>

#include "core/files.h"
#include "support/test_support.h"
#include "video/read_video.h"
#include "video/remux.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::ClipOptions;
using ::testing::Contains;
using testing::DamagePacket;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::EvenStamps;
using ::testing::Ge;
using testing::HasEncoder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Numbers;
using testing::ReadAll;
using testing::ReadError;
using testing::ReadVideo;
using testing::TemporaryFolder;
using testing::WriteBytes;

constexpr int kFrames = 60;

struct Codec {
  std::string name;
  std::string encoder;
  std::string extension;
  int b_frames = 0;
  std::vector<std::pair<std::string, std::string>> options = {};
};

void PrintTo(const Codec& codec, std::ostream* out) { *out << codec.name; }

fs::path WriteWith(const Codec& codec, const fs::path& folder) {
  ClipOptions options;
  options.encoder = codec.encoder;
  options.b_frames = codec.b_frames;
  options.encoder_options = codec.options;
  options.stamps = EvenStamps(kFrames);
  fs::path path = folder / ("whole" + codec.extension);
  WriteClip(path, options);
  return path;
}

class CutVideo : public ::testing::TestWithParam<Codec> {
 protected:
  void SetUp() override {
    if (!HasEncoder(GetParam().encoder)) {
      GTEST_SKIP() << "this FFmpeg has no encoder " << GetParam().encoder;
    }
    whole_ = WriteWith(GetParam(), folder_.path());
    cut_ = folder_.path() / ("cut" + GetParam().extension);
  }

  // The first picture is `first`, all after it are there, and a note counts those that are not.
  void ExpectFrom(int first, int left_out) {
    const ReadVideo read = ReadAll(cut_);
    EXPECT_EQ(read.numbers, Numbers(first, kFrames - first));
    // What is left out took its time. Where the file begins is in the stamps of packets, which
    // program streams do not all have; an AVI has an empty chunk for each frame that was cut away.
    constexpr double kFrame_s = 1.0 / 30;
    const std::string& extension = GetParam().extension;
    const double tolerance_frames = extension == ".avi" ? 12 : extension == ".mpg" ? 8 : 2.1;
    EXPECT_NEAR(read.times_s.front(), left_out * kFrame_s, tolerance_frames * kFrame_s);
    EXPECT_GE(read.times_s.front(), 0);
    ASSERT_THAT(read.before.notes, ElementsAre(HasSubstr("can't be decoded")));
    const std::string count =
        left_out == 1 ? "the first frame" : "the first " + std::to_string(left_out) + " frames";
    EXPECT_THAT(read.before.notes[0], AllOf(HasSubstr(count), HasSubstr("cut")));
    if (read.before.announced_frames) {
      EXPECT_EQ(read.before.announced_frames, kFrames - first);
    }
  }

  TemporaryFolder folder_;
  fs::path whole_;
  fs::path cut_;
};

std::vector<Codec> CutCodecs() {
  return {{"Mpeg2Mkv", "mpeg2video", ".mkv", 2},
          {"Mpeg2Ts", "mpeg2video", ".ts", 2},
          {"Mpeg2Ps", "mpeg2video", ".mpg", 2},
          {"Mpeg4Mkv", "mpeg4", ".mkv", 0},
          {"Mpeg4Avi", "mpeg4", ".avi", 2},
          {"Flv", "flv", ".flv", 0},
          {"H264Mkv", "libx264", ".mkv", 2, {{"x264-params", "open-gop=1"}}},
          {"H264Mov", "libx264", ".mov", 0},
          {"H264Ts", "libx264", ".ts", 2, {{"x264-params", "open-gop=1"}}},
          {"HevcMkv", "libx265", ".mkv", 2, {{"x265-params", "log-level=none:open-gop=1"}}},
          {"Vp8", "libvpx", ".webm", 0},
          {"Vp9", "libvpx-vp9", ".webm", 0}};
}

INSTANTIATE_TEST_SUITE_P(VideoDecoder, CutVideo, ::testing::ValuesIn(CutCodecs()),
                         [](const auto& codec) { return codec.param.name; });

// A cut within a group: nothing before the second key frame has all that it rests on.
TEST_P(CutVideo, BeginsWithTheFirstFrameThatCanBeDecoded) {
  const std::vector<int> keys = testing::KeyPackets(whole_);
  ASSERT_GE(keys.size(), 2U);
  constexpr int kCut = 4;
  testing::Remux({whole_}, cut_, {.left_out = testing::First(kCut)});
  const ReadVideo read = ReadAll(cut_);
  const int first = read.numbers.front();
  EXPECT_GE(first, keys[1]);
  EXPECT_LE(first, keys[1] + 3);  // what is displayed before the key frame but stored behind it
  // Hidden frames are packets too, and a ratio of the others is not known.
  const bool has_hidden_frames = GetParam().extension == ".webm";
  if (!has_hidden_frames) ExpectFrom(first, first - kCut);
}

// A lossless cut: it begins with a key frame, and with pictures of an open group that belong before
// it.
TEST_P(CutVideo, LeavesOutWhatAnOpenGroupDisplaysBeforeItsKeyFrame) {
  const int key = testing::KeyPackets(whole_)[1];
  testing::Remux({whole_}, cut_, {.left_out = testing::First(key)});
  const ReadVideo read = ReadAll(cut_);
  const int first = read.numbers.front();
  EXPECT_EQ(read.numbers, Numbers(first, kFrames - first));
  if (first == key) {
    EXPECT_THAT(read.after.notes, IsEmpty());
  } else {
    ExpectFrom(first, first - key);
  }
}

class DamagedVideo : public CutVideo {
 protected:
  void ExpectMissing(const ReadVideo& read, int damaged) {
    EXPECT_EQ(read.numbers.size(), static_cast<std::size_t>(kFrames));
    ASSERT_FALSE(read.missing.empty());
    EXPECT_THAT(read.missing, Each(Ge(damaged - 3)));
    EXPECT_LE(read.missing.back() - read.missing.front(), 16);
    for (int i = 0; i < kFrames; ++i) {
      EXPECT_NEAR(read.times_s[static_cast<std::size_t>(i)], i / 30.0, 0.002);
      const bool is_missing =
          std::find(read.missing.begin(), read.missing.end(), i) != read.missing.end();
      if (!is_missing) {
        EXPECT_EQ(read.numbers[static_cast<std::size_t>(i)], i);
      }
    }
    EXPECT_THAT(read.after.notes, Contains(AllOf(HasSubstr("damaged"), HasSubstr("missing"))));
  }
};

std::vector<Codec> DamageCodecs() {
  return {{"Mpeg2Mkv", "mpeg2video", ".mkv", 2}, {"Mpeg4Mkv", "mpeg4", ".mkv", 0},
          {"Mpeg4Avi", "mpeg4", ".avi", 2},      {"H264Mkv", "libx264", ".mkv", 2},
          {"H264Mp4", "libx264", ".mp4", 2},     {"MotionJpegAvi", "mjpeg", ".avi", 0}};
}

INSTANTIATE_TEST_SUITE_P(VideoDecoder, DamagedVideo, ::testing::ValuesIn(DamageCodecs()),
                         [](const auto& codec) { return codec.param.name; });

TEST_P(DamagedVideo, KeepDamagedMakesMissingFramesOfIt) {
  constexpr int kDamaged = 30;
  DamagePacket(whole_, kDamaged);
  EXPECT_THAT(ReadError(whole_), AllOf(HasSubstr("near frame "), HasSubstr("--keep-damaged")));
  const ReadVideo read = ReadAll(whole_, {.keep_damaged = true});
  ExpectMissing(read, kDamaged);
  // What stands for them is the last good picture, in memory of its own.
  const auto first = static_cast<std::size_t>(read.missing.front());
  EXPECT_EQ(read.numbers[first], read.missing.front() - 1);
  EXPECT_NE(read.images[first].data, read.images[first - 1].data);
}

TEST_P(DamagedVideo, WithoutDamageKeepDamagedChangesNothing) {
  const ReadVideo kept = ReadAll(whole_, {.keep_damaged = true});
  const ReadVideo read = ReadAll(whole_);
  EXPECT_THAT(kept.missing, IsEmpty());
  EXPECT_THAT(kept.after.notes, IsEmpty());
  ASSERT_EQ(kept.images.size(), read.images.size());
  for (std::size_t i = 0; i < read.images.size(); ++i) {
    EXPECT_EQ(cv::norm(kept.images[i], read.images[i], cv::NORM_INF), 0);
  }
}

class VideoDecoderTest : public ::testing::Test {
 protected:
  fs::path Mpeg4(const std::string& extension, int gop) {
    ClipOptions options;
    options.encoder = "mpeg4";
    options.gop = gop;
    options.stamps = EvenStamps(kFrames);
    fs::path path = folder_.path() / ("clip" + extension);
    WriteClip(path, options);
    return path;
  }

  TemporaryFolder folder_;
};

TEST_F(VideoDecoderTest, AFirstFrameThatIsDamagedIsLeftOutWithWhatRestsOnIt) {
  const fs::path path = Mpeg4(".mkv", 12);
  DamagePacket(path, 0);
  const ReadVideo read = ReadAll(path);
  EXPECT_EQ(read.numbers, Numbers(12, kFrames - 12));
  EXPECT_THAT(read.before.notes, ElementsAre(HasSubstr("the first 12 frames can't be decoded")));
}

TEST_F(VideoDecoderTest, AVideoWithoutAWholeFrameIsAnError) {
  const fs::path path = Mpeg4(".mkv", 600);
  DamagePacket(path, 0);
  for (const bool keep : {false, true}) {
    EXPECT_THAT(ReadError(path, {.keep_damaged = keep}),
                AllOf(HasSubstr("no frame in it can be decoded"), Not(HasSubstr("--keep"))));
  }
}

TEST_F(VideoDecoderTest, DamageBehindACutStartIsStillAnError) {
  const fs::path path = Mpeg4(".mkv", 12);
  const fs::path cut = folder_.path() / "cut.mkv";
  testing::Remux({path}, cut, {.left_out = testing::First(4)});
  DamagePacket(cut, 30);
  EXPECT_THAT(ReadError(cut), HasSubstr("--keep-damaged"));
  const ReadVideo kept = ReadAll(cut, {.keep_damaged = true});
  EXPECT_THAT(kept.missing, Each(Ge(22)));
  EXPECT_THAT(kept.after.notes, Contains(HasSubstr("the first 8 frames can't be decoded")));
  EXPECT_THAT(kept.after.notes, Contains(HasSubstr("count as missing")));
}

TEST_F(VideoDecoderTest, ACutOffEndIsANoteWithKeepDamaged) {
  for (const std::string extension : {".mkv", ".avi"}) {
    const fs::path path = Mpeg4(extension, 12);
    const std::string bytes = ReadFile(path);
    WriteBytes(path, bytes.substr(0, bytes.size() / 2));
    EXPECT_THAT(ReadError(path), HasSubstr("--keep-damaged")) << extension;
    const ReadVideo read = ReadAll(path, {.keep_damaged = true});
    EXPECT_GT(read.numbers.size(), 10U) << extension;
    EXPECT_THAT(read.after.notes, Not(IsEmpty())) << extension;
  }
}

TEST_F(VideoDecoderTest, TheFieldsOpenGroupCutIsRead) {
  const fs::path path = testing::SourcePath("../shared/field/S08_opengop_cut.mkv");
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not here";
  const ReadVideo read = ReadAll(path);
  EXPECT_EQ(read.images.size(), 70U);
  EXPECT_THAT(read.before.notes, ElementsAre(HasSubstr("the first 3 frames can't be decoded")));
}

}  // namespace
}  // namespace mestr::internal
