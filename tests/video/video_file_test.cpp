#include <gmock/gmock.h>
#include <gtest/gtest.h>

extern "C" {
#include <libavutil/pixfmt.h>
}

#include <cmath>
#include <future>
#include <limits>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/video/frame_source.h"
#include "support/test_support.h"
#include "video/read_video.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::ClipOptions;
using testing::EvenStamps;
using testing::HasEncoder;
using ::testing::HasSubstr;
using testing::NumberedPicture;
using testing::NumberOf;
using testing::Numbers;
using testing::ReadAll;
using testing::ReadError;
using testing::ReadVideo;
using testing::TemporaryFolder;
using testing::WriteBytes;
using testing::WriteClip;

// What people have: container, encoder, and which of them announce their number of frames.
struct Kind {
  std::string name;
  std::string extension;
  ClipOptions options;
  bool announces = false;
  double tick_s = 0;  // to which the container rounds; 0 where it doesn't
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

std::vector<Kind> Kinds() {
  constexpr double kMillisecond_s = 0.001;
  ClipOptions h264;
  h264.b_frames = 3;
  ClipOptions faststart = h264;
  faststart.muxer_options = {{"movflags", "faststart"}};
  ClipOptions fragmented = h264;
  fragmented.muxer_options = {{"movflags", "frag_keyframe+empty_moov"}};
  ClipOptions dash = h264;
  dash.muxer_options = {{"movflags", "dash+frag_keyframe"}};
  ClipOptions mpeg4;
  mpeg4.encoder = "mpeg4";
  mpeg4.b_frames = 2;
  ClipOptions jpeg;
  jpeg.encoder = "mjpeg";
  jpeg.pixel_format = "yuvj420p";
  ClipOptions vp8;
  vp8.encoder = "libvpx";
  ClipOptions vp9;
  vp9.encoder = "libvpx-vp9";
  ClipOptions ffv1;
  ffv1.encoder = "ffv1";
  return {
      {"Mp4", ".mp4", h264, true, 0},
      {"Mp4Faststart", ".mp4", faststart, true, 0},
      {"Mp4Fragmented", ".mp4", fragmented, false, 0},
      {"Mp4Dash", ".mp4", dash, false, 0},
      {"Mov", ".mov", h264, true, 0},
      {"MkvH264", ".mkv", h264, false, kMillisecond_s},
      {"MkvLossless", ".mkv", ffv1, false, kMillisecond_s},
      {"AviMpeg4", ".avi", mpeg4, true, 0},
      {"AviMotionJpeg", ".avi", jpeg, true, 0},
      {"WebmVp8", ".webm", vp8, false, kMillisecond_s},
      {"WebmVp9", ".webm", vp9, false, kMillisecond_s},
  };
}

class EveryKind : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (!HasEncoder(GetParam().options.encoder)) {
      GTEST_SKIP() << "this FFmpeg has no encoder " << GetParam().options.encoder;
    }
  }

  fs::path Write(const std::vector<std::int64_t>& stamps) { return Write(GetParam(), stamps); }

  fs::path Write(const Kind& kind, const std::vector<std::int64_t>& stamps) {
    ClipOptions options = kind.options;
    options.stamps = stamps;
    fs::path path = folder_.path() / ("clip" + kind.extension);
    WriteClip(path, options);
    return path;
  }

  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(VideoFile, EveryKind, ::testing::ValuesIn(Kinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(EveryKind, GivesEveryFrameInOrder) {
  constexpr int kFrames = 50;
  const ReadVideo read = ReadAll(Write(EvenStamps(kFrames)));
  EXPECT_EQ(read.numbers, Numbers(0, kFrames));
  EXPECT_EQ(read.before.width, 96);
  EXPECT_EQ(read.before.height, 64);
  ASSERT_TRUE(read.before.fps);
  EXPECT_NEAR(*read.before.fps, 30, 1e-3);
  EXPECT_FALSE(read.after.variable_frame_rate);
  for (int i = 0; i < kFrames; ++i) {
    EXPECT_NEAR(read.times_s[static_cast<std::size_t>(i)], i / 30.0, GetParam().tick_s + 1e-9);
  }
  if (GetParam().announces) {
    EXPECT_EQ(read.before.announced_frames, kFrames);
  } else {
    EXPECT_EQ(read.before.announced_frames, std::nullopt);
  }
}

TEST_P(EveryKind, KeepsTheTimesOfAVariableFrameRate) {
  const std::vector<std::int64_t> stamps = {0, 1, 2, 4, 5, 9, 10, 11, 12, 20, 21, 22, 23, 25};
  Kind kind = GetParam();
  // An AVI has only the order of coding, which says nothing of when a reordered frame is shown.
  if (kind.extension == ".avi") kind.options.b_frames = 0;
  const ReadVideo read = ReadAll(Write(kind, stamps));
  EXPECT_EQ(read.numbers, Numbers(0, static_cast<int>(stamps.size())));
  EXPECT_FALSE(read.before.variable_frame_rate);
  EXPECT_TRUE(read.after.variable_frame_rate);
  ASSERT_EQ(read.times_s.size(), stamps.size());
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    EXPECT_NEAR(read.times_s[i], static_cast<double>(stamps[i]) / 30, GetParam().tick_s + 1e-9);
  }
}

TEST_P(EveryKind, ReadsASingleFrame) {
  const ReadVideo read = ReadAll(Write({0}));
  EXPECT_EQ(read.numbers, Numbers(0, 1));
  EXPECT_DOUBLE_EQ(read.times_s.front(), 0);
  EXPECT_FALSE(read.after.variable_frame_rate);
}

TEST_P(EveryKind, NeverLosesFramesOfACutOffFileSilently) {
  constexpr int kFrames = 50;
  const std::string bytes = ReadFile(Write(EvenStamps(kFrames)));
  const fs::path cut = folder_.path() / ("cut" + GetParam().extension);
  for (int percent = 4; percent < 100; percent += 8) {
    WriteBytes(cut, bytes.substr(0, bytes.size() * static_cast<std::size_t>(percent) / 100));
    try {
      // Where only an index at the end is gone, all frames may still be there.
      EXPECT_EQ(ReadAll(cut).numbers, Numbers(0, kFrames)) << percent << " %";
      EXPECT_GT(percent, 60);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      EXPECT_THAT(error.what(), HasSubstr(cut.string() + ": ")) << percent << " %";
    }
  }
}

TEST_P(EveryKind, TwoReadingsAreEqual) {
  const fs::path path = Write(EvenStamps(20));
  const ReadVideo once = ReadAll(path);
  const ReadVideo again = ReadAll(path);
  ASSERT_EQ(once.images.size(), again.images.size());
  for (std::size_t i = 0; i < once.images.size(); ++i) {
    EXPECT_EQ(cv::norm(once.images[i], again.images[i], cv::NORM_INF), 0) << "frame " << i;
  }
}

class VideoFile : public ::testing::Test {
 protected:
  fs::path Write(const std::string& name, const ClipOptions& options) {
    fs::path path = folder_.path() / name;
    WriteClip(path, options);
    return path;
  }

  TemporaryFolder folder_;
};

// Encoders that every FFmpeg has, so that these tests never skip.
ClipOptions Mpeg4(int frames) {
  ClipOptions options;
  options.encoder = "mpeg4";
  options.stamps = EvenStamps(frames);
  return options;
}

TEST_F(VideoFile, ReportsDamageInTheMiddle) {
  for (const std::string encoder : {"libx264", "mpeg4"}) {
    if (!HasEncoder(encoder)) continue;
    for (const std::string extension : {".mp4", ".mkv", ".avi"}) {
      ClipOptions options = Mpeg4(60);
      options.encoder = encoder;
      options.b_frames = 2;
      const fs::path path = Write("damaged" + extension, options);
      testing::DamagePacket(path, 30);
      EXPECT_THAT(ReadError(path),
                  AllOf(HasSubstr(path.string() + ": "), HasSubstr("frame "), HasSubstr("ffmpeg ")))
          << encoder << extension;
    }
  }
}

TEST_F(VideoFile, ReportsAFrameThatFailsItsChecksum) {
  ClipOptions options = Mpeg4(30);
  options.encoder = "ffv1";
  options.gop = 1;
  options.encoder_options = {{"level", "3"}, {"slicecrc", "1"}};
  const fs::path path = Write("lossless.mkv", options);
  ASSERT_EQ(ReadAll(path).numbers, Numbers(0, 30));
  testing::DamagePacket(path, 15);
  EXPECT_THAT(ReadError(path), HasSubstr("damaged"));
}

std::vector<std::string> NumberedJpegs(int count) {
  std::vector<std::string> jpegs(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    jpegs[static_cast<std::size_t>(i)] = testing::EncodeImage(".jpg", NumberedPicture(96, 64, i));
  }
  return jpegs;
}

TEST_F(VideoFile, ReportsAMotionJpegFrameThatIsCutOff) {
  std::vector<std::string> jpegs = NumberedJpegs(10);
  jpegs[6].resize(jpegs[6].size() / 2);
  const fs::path path = folder_.path() / "camera.avi";
  testing::WriteMotionJpeg(path, jpegs);
  EXPECT_THAT(ReadError(path), HasSubstr("frame "));
}

TEST_F(VideoFile, SaysHowToGoOnWithADamagedFile) {
  const fs::path path = Write("it's cut.mkv", Mpeg4(60));
  const std::string bytes = ReadFile(path);
  WriteBytes(path, bytes.substr(0, bytes.size() / 2));
  const std::string folder = folder_.path().string();
  EXPECT_THAT(ReadError(path),
              AllOf(HasSubstr("ffmpeg -err_detect ignore_err -i '" + folder + "/it'\\''s cut.mkv'"),
                    HasSubstr(" -an -c:v ffv1 '" + folder + "/it'\\''s cut.converted.mkv'"),
                    ::testing::Not(HasSubstr("\n"))));
}

TEST_F(VideoFile, NothingGoesToStderr) {
  const fs::path damaged = Write("damaged.avi", Mpeg4(60));
  testing::DamagePacket(damaged, 30);
  const fs::path text = folder_.path() / "text.mp4";
  WriteBytes(text, "not a video");
  ClipOptions full_range = Mpeg4(3);
  full_range.encoder = "mjpeg";
  full_range.pixel_format = "yuvj420p";  // swscale warns of it
  const fs::path good = Write("good.avi", full_range);

  ::testing::internal::CaptureStderr();
  const std::string damaged_error = ReadError(damaged);
  const std::string text_error = ReadError(text);
  const ReadVideo read = ReadAll(good);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_NE(damaged_error, "");
  EXPECT_NE(text_error, "");
  EXPECT_EQ(read.numbers, Numbers(0, 3));
}

TEST_F(VideoFile, DamageOfOneVideoStaysOutOfAnother) {
  const fs::path good = Write("good.avi", Mpeg4(60));
  const fs::path damaged = Write("damaged.avi", Mpeg4(60));
  testing::DamagePacket(damaged, 30);
  auto good_read = std::async(std::launch::async, [&] { return ReadAll(good).numbers; });
  auto damaged_error = std::async(std::launch::async, [&] { return ReadError(damaged); });
  EXPECT_EQ(good_read.get(), Numbers(0, 60));
  EXPECT_THAT(damaged_error.get(), HasSubstr("damaged.avi"));
}

TEST_F(VideoFile, AnEditListHidesFramesWithoutLosingAny) {
  ClipOptions options = Mpeg4(0);
  constexpr int kHidden = 5;
  constexpr int kFrames = 40;
  for (int i = 0; i < kFrames; ++i) options.stamps.push_back(i - kHidden);
  options.muxer_options = {{"use_editlist", "1"}};
  const ReadVideo read = ReadAll(Write("trimmed.mp4", options));
  EXPECT_EQ(read.numbers, Numbers(kHidden, kFrames - kHidden));
  EXPECT_EQ(read.before.announced_frames, kFrames - kHidden);
  EXPECT_FALSE(read.after.variable_frame_rate);
}

TEST_F(VideoFile, ReadsOddSizes) {
  for (const std::string extension : {".mkv", ".avi", ".mp4"}) {
    ClipOptions options = Mpeg4(12);
    options.width = 101;
    options.height = 77;
    const ReadVideo read = ReadAll(Write("odd" + extension, options));
    EXPECT_EQ(read.numbers, Numbers(0, 12)) << extension;
    EXPECT_EQ(read.before.width, 101);
    EXPECT_EQ(read.before.height, 77);
    for (const cv::Mat& image : read.images) EXPECT_TRUE(image.isContinuous());
  }
}

TEST_F(VideoFile, LosslessPicturesKeepTheirGray) {
  ClipOptions options = Mpeg4(4);
  options.encoder = "ffv1";
  const ReadVideo read = ReadAll(Write("gray.mkv", options));
  const cv::Mat written = NumberedPicture(96, 64, 3);
  for (int y = 0; y < written.rows; ++y) {
    for (int x = 0; x < written.cols; ++x) {
      // BT.601, limited range: black is 16, white 235.
      const double expected = (written.at<std::uint8_t>(y, x) - 16) * 255.0 / 219;
      const cv::Vec3b& pixel = read.images[3].at<cv::Vec3b>(y, x);
      for (int channel = 0; channel < 3; ++channel) ASSERT_NEAR(pixel[channel], expected, 0.51);
    }
  }
}

// A colour as the standards compute it from 8-bit (y, u, v): kr, kb of BT.601 or BT.709.
cv::Vec3d ExpectedBgr(const cv::Vec3b& yuv, double kr, double kb, bool full_range) {
  const double y = full_range ? yuv[0] : (yuv[0] - 16) * 255.0 / 219;
  const double chroma = full_range ? 1.0 : 255.0 / 224;
  const double cb = (yuv[1] - 128) * chroma;
  const double cr = (yuv[2] - 128) * chroma;
  const double kg = 1 - kr - kb;
  return {y + 2 * (1 - kb) * cb, y - (2 * kb * (1 - kb) * cb + 2 * kr * (1 - kr) * cr) / kg,
          y + 2 * (1 - kr) * cr};
}

TEST_F(VideoFile, TakesColourMatrixAndRangeFromTheStream) {
  const cv::Vec3b yuv(120, 100, 160);
  constexpr double kTolerance = 2;  // of 255, swscale's fixed-point tables
  struct Case {
    int matrix;
    int range;
    double kr;
    double kb;
    bool full_range;
  };
  for (const Case& c : {Case{AVCOL_SPC_UNSPECIFIED, AVCOL_RANGE_UNSPECIFIED, 0.299, 0.114, false},
                        Case{AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, 0.299, 0.114, false},
                        Case{AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 0.2126, 0.0722, false},
                        Case{AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, 0.2126, 0.0722, true}}) {
    const fs::path path = folder_.path() / "solid.mkv";
    testing::WriteSolidClip(path, yuv, c.matrix, c.range);
    const cv::Vec3b pixel = ReadAll(path).images[0].at<cv::Vec3b>(10, 10);
    const cv::Vec3d expected = ExpectedBgr(yuv, c.kr, c.kb, c.full_range);
    for (int channel = 0; channel < 3; ++channel) {
      EXPECT_NEAR(pixel[channel], expected[channel], kTolerance)
          << "matrix " << c.matrix << " range " << c.range << " channel " << channel;
    }
  }
}

TEST_F(VideoFile, AppliesThePhonesRotation) {
  constexpr std::int32_t kOne = 1 << 16;
  constexpr std::int32_t kW = 1 << 30;
  ClipOptions options = Mpeg4(2);
  const cv::Mat stored = ReadAll(Write("stored.mp4", options)).images[1];
  const auto read_with = [&](std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) {
    options.display_matrix = {a, b, 0, c, d, 0, 0, 0, kW};
    return ReadAll(Write("turned.mp4", options)).images[1];
  };
  const auto expect_equal = [](const cv::Mat& read, const cv::Mat& expected) {
    ASSERT_EQ(read.size(), expected.size());
    EXPECT_EQ(cv::norm(read, expected, cv::NORM_INF), 0);
  };
  cv::Mat expected;
  cv::rotate(stored, expected, cv::ROTATE_90_CLOCKWISE);
  expect_equal(read_with(0, kOne, -kOne, 0), expected);
  cv::rotate(stored, expected, cv::ROTATE_180);
  expect_equal(read_with(-kOne, 0, 0, -kOne), expected);
  cv::rotate(stored, expected, cv::ROTATE_90_COUNTERCLOCKWISE);
  expect_equal(read_with(0, -kOne, kOne, 0), expected);
  cv::flip(stored, expected, 1);
  expect_equal(read_with(-kOne, 0, 0, kOne), expected);
}

TEST_F(VideoFile, ReportsARotationThatIsNoMultipleOf90Degrees) {
  ClipOptions options = Mpeg4(2);
  constexpr std::int32_t kHalfRoot2 = 46341;
  options.display_matrix = {kHalfRoot2, kHalfRoot2, 0, -kHalfRoot2, kHalfRoot2, 0, 0, 0, 1 << 30};
  EXPECT_THAT(ReadError(Write("tilted.mp4", options)),
              AllOf(HasSubstr("45 degrees"), HasSubstr("multiples of 90")));
}

TEST_F(VideoFile, ReportsASizeThatChanges) {
  std::vector<std::string> jpegs = NumberedJpegs(3);
  jpegs.push_back(testing::EncodeImage(".jpg", NumberedPicture(128, 96, 3)));
  const fs::path path = folder_.path() / "grows.avi";
  testing::WriteMotionJpeg(path, jpegs);
  EXPECT_THAT(ReadError(path), HasSubstr("frame 4 (counted from 1) from 96x64 to 128x96"));
}

TEST_F(VideoFile, ImagesStayValidWhenTheNextIsRead) {
  const std::unique_ptr<FrameSource> source = OpenVideoFile(Write("clip.avi", Mpeg4(5)));
  Frame frame;
  ASSERT_TRUE(source->Next(frame));
  const cv::Mat first = frame.image_bgr;
  while (source->Next(frame)) EXPECT_NE(frame.image_bgr.data, first.data);
  EXPECT_EQ(NumberOf(first), 0);
}

TEST_F(VideoFile, ReadsNamesThatShellsAndUrlsTrip) {
  const fs::path plain = Write("plain.avi", Mpeg4(3));
  for (const std::string name : {"a b.avi", "a,b.avi", "it's \"it\".avi", "a:b.avi", "http:b.avi",
                                 "100%03d.avi", "größe 视频.avi", "-i.avi"}) {
    const fs::path path = folder_.path() / "sub" / ".." / "sub" / name;
    fs::create_directories(folder_.path() / "sub");
    fs::copy_file(plain, path);
    EXPECT_EQ(ReadAll(path).numbers, Numbers(0, 3)) << name;
  }
}

TEST_F(VideoFile, ReportsWhatIsNoVideo) {
  const fs::path missing = folder_.path() / "missing.mp4";
  EXPECT_THAT(ReadError(missing), HasSubstr("missing.mp4: no such file"));

  const fs::path text = folder_.path() / "text.mp4";
  WriteBytes(text, "Dear diary, today nothing moved.\n");
  EXPECT_THAT(ReadError(text), HasSubstr("text.mp4: cannot be read as a video"));

  const fs::path empty = folder_.path() / "empty.mp4";
  WriteBytes(empty, "");
  EXPECT_THAT(ReadError(empty), HasSubstr("empty.mp4: is empty (0 bytes)"));

  EXPECT_THAT(ReadError(folder_.path()), HasSubstr("is a folder"));

  const fs::path sound = folder_.path() / "sound.mp4";
  testing::WriteSound(sound);
  EXPECT_THAT(ReadError(sound), HasSubstr("sound.mp4: has no video stream"));
}

TEST_F(VideoFile, APlayListCannotFetchFromElsewhere) {
  const fs::path list = folder_.path() / "list.mp4";
  WriteBytes(list,
             "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"
             "#EXT-X-ENDLIST\n");
  EXPECT_THAT(ReadError(list), HasSubstr("list.mp4: "));
}

}  // namespace
}  // namespace mestr::internal
