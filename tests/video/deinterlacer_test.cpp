#include "video/deinterlacer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "support/test_support.h"
#include "video/field_stream.h"
#include "video/read_video.h"
#include "video/remux.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using testing::ClipOptions;
using ::testing::ElementsAre;
using testing::EvenStamps;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NumberedPicture;
using testing::ReadAll;
using testing::ReadVideo;
using testing::TemporaryFolder;
using Fields = ClipOptions::Fields;

constexpr int kFrames = 12;

// How much rows differ from the mean of their neighbours: large where two fields show two times.
double Combing(const cv::Mat& image) {
  cv::Mat between;
  cv::addWeighted(image.rowRange(0, image.rows - 2), 0.5, image.rowRange(2, image.rows), 0.5, 0,
                  between);
  return cv::norm(image.rowRange(1, image.rows - 1), between, cv::NORM_L1) /
         static_cast<double>(image.total());
}

class Interlaced : public ::testing::Test {
 protected:
  fs::path Write(const std::string& name, const std::string& encoder, Fields fields) {
    ClipOptions options;
    options.encoder = encoder;
    options.fields = fields;
    options.stamps = EvenStamps(kFrames);
    fs::path path = folder_.path() / name;
    WriteClip(path, options);
    return path;
  }

  TemporaryFolder folder_;
};

TEST_F(Interlaced, BecomesAWholePictureAFrame) {
  for (const std::string encoder : {"mpeg2video", "mpeg4", "ffv1", "libx264"}) {
    if (!testing::HasEncoder(encoder)) continue;
    const fs::path path = Write("clip.mkv", encoder, Fields::kTopFirst);
    const ReadVideo whole = ReadAll(path);
    const ReadVideo woven = ReadAll(path, {.deinterlace = false});
    EXPECT_THAT(whole.after.notes, ElementsAre(HasSubstr("(top field first): deinterlaced; "
                                                         "video.deinterlace: false leaves it")))
        << encoder;
    EXPECT_THAT(woven.after.notes, ElementsAre(HasSubstr("left as it is"))) << encoder;
    ASSERT_EQ(whole.images.size(), static_cast<std::size_t>(kFrames)) << encoder;
    EXPECT_EQ(whole.times_s, woven.times_s) << encoder;
    for (std::size_t i = 0; i < whole.images.size(); ++i) {
      EXPECT_LT(Combing(whole.images[i]), 0.6 * Combing(woven.images[i])) << encoder << " " << i;
    }
  }
}

TEST_F(Interlaced, TheFieldThatIsDisplayedFirstKeepsItsLines) {
  for (const Fields fields : {Fields::kTopFirst, Fields::kBottomFirst}) {
    const fs::path path = Write("clip.mkv", "ffv1", fields);
    const ReadVideo whole = ReadAll(path);
    const ReadVideo woven = ReadAll(path, {.deinterlace = false});
    EXPECT_THAT(whole.after.notes[0], HasSubstr(fields == Fields::kTopFirst ? "top" : "bottom"));
    for (std::size_t i = 0; i < whole.images.size(); ++i) {
      for (int y = fields == Fields::kTopFirst ? 0 : 1; y < whole.images[i].rows; y += 2) {
        ASSERT_EQ(cv::norm(whole.images[i].row(y), woven.images[i].row(y), cv::NORM_INF), 0);
      }
    }
  }
}

TEST_F(Interlaced, ProgressiveVideosAreLeftAlone) {
  const fs::path path = Write("clip.mkv", "mpeg2video", Fields::kNone);
  const ReadVideo read = ReadAll(path);
  const ReadVideo off = ReadAll(path, {.deinterlace = false});
  EXPECT_THAT(read.after.notes, IsEmpty());
  for (std::size_t i = 0; i < read.images.size(); ++i) {
    EXPECT_EQ(cv::norm(read.images[i], off.images[i], cv::NORM_INF), 0);
  }
}

TEST_F(Interlaced, TwoReadingsAreEqual) {
  const fs::path path = Write("clip.mkv", "mpeg2video", Fields::kTopFirst);
  const ReadVideo once = ReadAll(path);
  const ReadVideo again = ReadAll(path);
  for (std::size_t i = 0; i < once.images.size(); ++i) {
    EXPECT_EQ(cv::norm(once.images[i], again.images[i], cv::NORM_INF), 0);
  }
}

TEST_F(Interlaced, ASingleFrameIsAPictureToo) {
  ClipOptions options;
  options.encoder = "mpeg2video";
  options.fields = Fields::kTopFirst;
  options.stamps = EvenStamps(1);
  const fs::path path = folder_.path() / "one.mkv";
  WriteClip(path, options);
  EXPECT_EQ(ReadAll(path).images.size(), 1U);
}

AvPtr<AVFrame> Gray(int luma, bool interlaced) {
  AvPtr<AVFrame> frame(av_frame_alloc());
  frame->width = 64;
  frame->height = 32;
  frame->format = AV_PIX_FMT_GRAY8;
  frame->pts = frame->best_effort_timestamp = luma;
  av_frame_get_buffer(frame.get(), 0);
  for (int y = 0; y < frame->height; ++y) {
    std::fill_n(frame->data[0] + y * frame->linesize[0], frame->width,
                static_cast<std::uint8_t>(luma));
  }
  if (interlaced) SetInterlaced(*frame, true);
  return frame;
}

struct Stream {
  AVStream* operator->() const { return format->streams[0]; }
  AVStream& operator*() const { return *format->streams[0]; }
  AvPtr<AVFormatContext> format;
};

Stream MakeStream() {
  Stream stream{AvPtr<AVFormatContext>(avformat_alloc_context())};
  avformat_new_stream(stream.format.get(), nullptr);
  stream->time_base = {1, 1000};
  stream->codecpar->codec_id = AV_CODEC_ID_MPEG2VIDEO;
  return stream;
}

std::vector<std::int64_t> StampsOfDone(Deinterlacer& deinterlacer) {
  std::vector<std::int64_t> stamps;
  while (const AvPtr<AVFrame> frame = deinterlacer.Take()) {
    stamps.push_back(frame->best_effort_timestamp);
    EXPECT_EQ(frame->pts, frame->best_effort_timestamp);
    EXPECT_EQ(frame->data[0][0], frame->best_effort_timestamp);
  }
  return stamps;
}

TEST(Deinterlacer, MixedFramesComeOutInOrderWithTheirStamps) {
  const Stream stream = MakeStream();
  Deinterlacer deinterlacer(*stream, true);
  for (const int luma : {10, 11}) ASSERT_EQ(deinterlacer.Put(Gray(luma, false)), 0);
  EXPECT_THAT(StampsOfDone(deinterlacer), ElementsAre(10, 11));  // at once
  for (const int luma : {12, 13, 14}) ASSERT_EQ(deinterlacer.Put(Gray(luma, luma != 13)), 0);
  EXPECT_THAT(StampsOfDone(deinterlacer), ElementsAre(12, 13));
  ASSERT_EQ(deinterlacer.Finish(), 0);
  EXPECT_THAT(StampsOfDone(deinterlacer), ElementsAre(14));
  ASSERT_EQ(deinterlacer.Put(Gray(20, true)), 0);
  ASSERT_EQ(deinterlacer.Finish(), 0);
  EXPECT_THAT(StampsOfDone(deinterlacer), ElementsAre(20));
}

// Camcorders' AVCHD. Whatever container it is put into, the fields stay packets.
TEST_F(Interlaced, FieldsThatArePacketsOfTheirOwnMakeOneFrame) {
  constexpr int kLimitedBlack = 16;
  constexpr double kTolerance = 1.5;
  const fs::path bare = folder_.path() / "fields.h264";
  testing::WriteFieldStream(bare, kFrames);
  for (const std::string name : {"fields.ts", "fields.mkv", "fields.mp4"}) {
    const fs::path path = folder_.path() / name;
    testing::Remux({bare}, path, {.fps = 50});
    const ReadVideo read = ReadAll(path);
    ASSERT_EQ(read.images.size(), static_cast<std::size_t>(kFrames)) << name;
    EXPECT_NEAR(read.times_s[1], 0.04, 1e-3) << name;
    EXPECT_THAT(read.after.notes, ElementsAre(HasSubstr("interlaced (top field first)")));
    for (int i = 0; i < kFrames; ++i) {
      const double gray = (testing::FieldLuma(i) - kLimitedBlack) * 255.0 / 219;
      EXPECT_NEAR(read.images[static_cast<std::size_t>(i)].at<cv::Vec3b>(0, 0)[0], gray,
                  kTolerance);
    }
  }
}

TEST_F(Interlaced, AMissingFieldIsAnErrorAndWithKeepDamagedAMissingFrame) {
  const fs::path bare = folder_.path() / "fields.h264";
  testing::WriteFieldStream(bare, kFrames);
  const fs::path path = folder_.path() / "fields.mp4";
  testing::Remux({bare}, path, {.left_out = {11}, .fps = 50});
  EXPECT_THAT(testing::ReadError(path), HasSubstr("--keep-damaged"));
  const ReadVideo read = ReadAll(path, {.keep_damaged = true});
  EXPECT_EQ(read.images.size(), static_cast<std::size_t>(kFrames));
  EXPECT_THAT(read.missing, ElementsAre(5));
}

}  // namespace
}  // namespace mestr::internal
