#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <turbojpeg.h>

#include <cmath>
#include <limits>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/number_text.h"
#include "mestr/video/frame_source.h"
#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::EncodeImage;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NumberedPicture;
using testing::NumberOf;
using testing::TemporaryFolder;
using testing::WriteBytes;

class FrameFolder : public ::testing::Test {
 protected:
  void Put(const std::string& name, const std::string& bytes) {
    WriteBytes(folder_.path() / name, bytes);
  }
  // A picture with this number, in the format of the extension.
  void PutNumber(const std::string& name, int number) {
    const std::string extension = fs::path(name).extension().string();
    Put(name, EncodeImage(extension, NumberedPicture(96, 64, number)));
  }

  std::vector<cv::Mat> ReadImages(std::optional<double> fps = 30.0) const {
    const std::unique_ptr<FrameSource> source = OpenFrameFolder(folder_.path(), fps);
    std::vector<cv::Mat> images;
    Frame frame;
    while (source->Next(frame)) {
      EXPECT_EQ(frame.index, static_cast<std::int64_t>(images.size()));
      images.push_back(frame.image_bgr);
    }
    EXPECT_FALSE(source->Next(frame)) << "the end stays the end";
    EXPECT_EQ(source->info().announced_frames, static_cast<std::int64_t>(images.size()));
    return images;
  }

  std::vector<int> ReadNumbers() const {
    std::vector<int> numbers;
    for (const cv::Mat& image : ReadImages()) numbers.push_back(NumberOf(image));
    return numbers;
  }

  std::string ReadError() const {
    return ErrorMessage(ErrorKind::kInput, [&] { ReadImages(); });
  }

  // What OpenCV's own reader makes of it.
  cv::Mat ImRead(const std::string& name) const {
    return cv::imread((folder_.path() / name).string(), cv::IMREAD_COLOR);
  }

  void ExpectAsImRead(const std::string& name) const {
    const cv::Mat expected = ImRead(name);
    const cv::Mat image = ReadImages().at(0);
    ASSERT_FALSE(expected.empty()) << name;
    ASSERT_EQ(image.type(), CV_8UC3) << name;
    ASSERT_EQ(image.size(), expected.size()) << name;
    EXPECT_EQ(cv::norm(image, expected, cv::NORM_INF), 0) << name;
  }

  TemporaryFolder folder_;
};

cv::Mat ColourfulPicture(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  cv::RNG random(5);
  random.fill(picture, cv::RNG::UNIFORM, 0, 60);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.at<cv::Vec3b>(y, x) += cv::Vec3b(static_cast<std::uint8_t>(190 * x / width),
                                               static_cast<std::uint8_t>(190 * y / height), 80);
    }
  }
  return picture;
}

TEST_F(FrameFolder, ReadsInNaturalOrderWithAnyPadding) {
  PutNumber("img10.jpg", 4);
  PutNumber("img9.jpg", 3);
  PutNumber("img001.jpg", 0);
  PutNumber("img2.JPG", 1);
  PutNumber("img0100.jpeg", 5);
  PutNumber("img08.jpg", 2);
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

TEST_F(FrameFolder, SaysWhichNumbersAreLeftOut) {
  const auto notes = [&] { return OpenFrameFolder(folder_.path(), 30.0)->info().notes; };
  for (const int number : {7, 8, 9, 10}) PutNumber("img" + std::to_string(number) + ".png", number);
  EXPECT_THAT(notes(), IsEmpty());
  PutNumber("img013.png", 13);
  PutNumber("img14.png", 14);
  PutNumber("img00000000000020.png", 20);
  EXPECT_THAT(notes(),
              ElementsAre(AllOf(HasSubstr(folder_.path().string()), HasSubstr("leave out 7 "),
                                HasSubstr("img013.png follows img10.png"))));
}

TEST_F(FrameFolder, TimeStampsInNamesHaveNoGaps) {
  PutNumber("c20251122123456789012.png", 1);
  PutNumber("c20251122123456789045.png", 2);
  EXPECT_THAT(OpenFrameFolder(folder_.path(), 30.0)->info().notes, IsEmpty());
}

TEST_F(FrameFolder, SaysThatNoNumberCountsTheFrames) {
  PutNumber("a1b.png", 1);
  PutNumber("b5.png", 2);
  PutNumber("c.png", 3);
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{1, 2, 3}));
  EXPECT_THAT(OpenFrameFolder(folder_.path(), 30.0)->info().notes,
              ElementsAre(AllOf(HasSubstr("no number"), HasSubstr("a1b.png to c.png"))));
}

TEST_F(FrameFolder, NamesInNotesNeverReachATerminalAsTheyAre) {
  PutNumber("img_1.png", 1);
  PutNumber("img_2.png", 2);
  Put("\x1B[2J\n.mp4", "a video");
  EXPECT_THAT(OpenFrameFolder(folder_.path(), 30.0)->info().notes,
              ElementsAre(HasSubstr("1 video file (\\x1b[2J\\x0a.mp4)")));
}

TEST_F(FrameFolder, NamesWhatIsLeftOut) {
  for (int i = 1; i <= 6; ++i) PutNumber("img_" + std::to_string(i) + ".jpg", i);
  PutNumber("img_3 (1).jpg", 30);
  PutNumber("cover.jpg", 40);
  PutNumber("preview.png", 50);
  PutNumber("sheet.png", 60);
  Put("img_7.tif", "a format that is not read");
  Put("img_8.TIF", "the same");
  Put("clip.mp4", "a video");
  fs::create_directories(folder_.path() / "thumbs");
  ASSERT_EQ(::mkfifo((folder_.path() / "img_9.jpg").c_str(), 0600), 0);  // reading it would hang
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(
      OpenFrameFolder(folder_.path(), 30.0)->info().notes,
      ElementsAre(AllOf(
          HasSubstr(folder_.path().string() + ": left out: "),
          HasSubstr("4 images (cover.jpg, img_3 (1).jpg, preview.png, ...; named otherwise than "
                    "img_1.jpg)"),
          HasSubstr("2 tif images (img_7.tif, img_8.TIF; not read: convert to png)"),
          HasSubstr("1 video file (clip.mp4)"), HasSubstr("1 folder (thumbs)"),
          HasSubstr("1 special file (img_9.jpg; "))));
}

TEST_F(FrameFolder, ACopyOfAFrameThatIsGoneIsNoFrame) {
  for (int i = 1; i <= 4; ++i) PutNumber("img_" + std::to_string(i) + ".jpg", i);
  fs::rename(folder_.path() / "img_2.jpg", folder_.path() / "img_2 (1).jpg");
  EXPECT_THAT(ReadError(), AllOf(HasSubstr("img_2 (1).jpg may be a frame between img_1.jpg and "
                                           "img_3.jpg"),
                                 HasSubstr("rename it")));
}

TEST_F(FrameFolder, AFolderOfOtherImagesSaysWhatToDo) {
  Put("img_1.webp", "x");
  Put("img_2.webp", "x");
  EXPECT_THAT(ReadError(), AllOf(HasSubstr("no frame (jpg, jpeg, png or bmp) in it"),
                                 HasSubstr("2 webp images"), HasSubstr("convert to png")));
}

TEST_F(FrameFolder, SecondsInTheNamesAreTheClock) {
  for (const int frame : {0, 1, 2, 3, 27, 30, 31, 32}) {
    PutNumber(NumberText(std::round(frame / 30.0 * 1e4) / 1e4) + ".png", frame);
  }
  const std::unique_ptr<FrameSource> source = OpenFrameFolder(folder_.path(), std::nullopt);
  EXPECT_EQ(source->info().fps, 30.0);
  EXPECT_TRUE(source->info().variable_frame_rate);
  EXPECT_THAT(source->info().notes,
              ElementsAre(AllOf(HasSubstr("leave 2 gaps"), HasSubstr("0.8 s after 0.1.png")),
                          HasSubstr("the frame rate, 30 fps, is that of the seconds")));
  Frame frame;
  for (const int number : {0, 1, 2, 3, 27, 30, 31, 32}) {
    ASSERT_TRUE(source->Next(frame));
    EXPECT_EQ(NumberOf(frame.image_bgr), number);
    EXPECT_NEAR(frame.time_s, number / 30.0, 1e-4);
    EXPECT_EQ(frame.continues, number != 27) << number;  // 0.8 s are a gap, 0.1 s are lost frames
  }
  EXPECT_FALSE(source->Next(frame));
}

TEST_F(FrameFolder, ARateThatIsGivenGoesBeforeTheNames) {
  for (int i = 0; i < 4; ++i) PutNumber("t" + FixedText(i / 15.0, 4) + ".png", i);
  const std::unique_ptr<FrameSource> source = OpenFrameFolder(folder_.path(), 30.0);
  EXPECT_EQ(source->info().fps, 30.0);
  EXPECT_THAT(source->info().notes,
              ElementsAre(AllOf(HasSubstr("those of 15 fps"), HasSubstr("the 30 fps"))));
  Frame frame;
  ASSERT_TRUE(source->Next(frame) && source->Next(frame));
  EXPECT_DOUBLE_EQ(frame.time_s, 1 / 30.0);
  EXPECT_THAT(OpenFrameFolder(folder_.path(), 15.0)->info().notes, IsEmpty());
}

TEST_F(FrameFolder, APauseInTheNamesIsOneWhateverRateIsGiven) {
  for (const double time_s : {0.0, 0.1, 0.2, 5.2, 5.3}) {
    PutNumber("t" + FixedText(time_s, 2) + ".png", 1);
  }
  const std::unique_ptr<FrameSource> source = OpenFrameFolder(folder_.path(), 30.0);
  std::vector<std::int64_t> breaks;
  for (Frame frame; source->Next(frame);) {
    if (!frame.continues) breaks.push_back(frame.index);
  }
  EXPECT_THAT(breaks, ElementsAre(3));
}

// Headers that promise more than the limit: known before the memory for it is asked for.
TEST_F(FrameFolder, RefusesPicturesAboveTheLimit) {
  const auto message = [&](const std::string& name) {
    return ErrorMessage(ErrorKind::kInput, [&] {
      OpenFrameFolder(folder_.path() / name, 30.0, {.most_megapixels = 0.01});
    });
  };
  const cv::Mat picture(101, 100, CV_8UC3, cv::Scalar::all(7));
  for (const std::string extension : {"jpg", "png", "bmp"}) {
    const fs::path path = folder_.path() / extension / ("frame." + extension);
    fs::create_directories(path.parent_path());
    WriteBytes(path, EncodeImage(path.extension().string(), picture));
    EXPECT_THAT(message(extension),
                AllOf(HasSubstr(path.string()), HasSubstr("100 x 101 px"),
                      HasSubstr("0.01 megapixels"), HasSubstr("video.most_megapixels")));
    EXPECT_EQ(OpenFrameFolder(path.parent_path(), 30.0)->info().height, 101);
  }
}

TEST_F(FrameFolder, ReadsEveryFormat) {
  PutNumber("f1.jpg", 1);
  PutNumber("f2.jpeg", 2);
  PutNumber("f3.png", 3);
  PutNumber("f4.bmp", 4);
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{1, 2, 3, 4}));
}

TEST_F(FrameFolder, TellsFormatsApartByContent) {
  Put("f1.png", EncodeImage(".jpg", NumberedPicture(96, 64, 7)));
  Put("f2.jpg", EncodeImage(".bmp", NumberedPicture(96, 64, 8)));
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{7, 8}));
}

TEST_F(FrameFolder, RateAndTimesComeFromTheCallerAlone) {
  for (int i = 0; i < 3; ++i) PutNumber("f" + std::to_string(i) + ".jpg", i);
  const std::unique_ptr<FrameSource> known = OpenFrameFolder(folder_.path(), 200.0);
  EXPECT_EQ(known->info().fps, 200.0);
  EXPECT_EQ(known->info().width, 96);
  EXPECT_EQ(known->info().height, 64);
  EXPECT_FALSE(known->info().variable_frame_rate);
  Frame frame;
  ASSERT_TRUE(known->Next(frame) && known->Next(frame) && known->Next(frame));
  EXPECT_DOUBLE_EQ(frame.time_s, 0.01);

  const std::unique_ptr<FrameSource> unknown = OpenFrameFolder(folder_.path(), std::nullopt);
  EXPECT_EQ(unknown->info().fps, std::nullopt);
  ASSERT_TRUE(unknown->Next(frame));
  EXPECT_TRUE(std::isnan(frame.time_s));
}

TEST_F(FrameFolder, RefusesARateThatIsNone) {
  PutNumber("f.jpg", 1);
  for (const double fps : {0.0, -30.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(
        ErrorMessage(ErrorKind::kInvalidArgument, [&] { OpenFrameFolder(folder_.path(), fps); }),
        HasSubstr("frame rate"));
  }
}

TEST_F(FrameFolder, OneFrameIsAVideo) {
  PutNumber("only.png", 9);
  EXPECT_EQ(ReadNumbers(), std::vector<int>{9});
}

TEST_F(FrameFolder, IgnoresWhatIsNoFrame) {
  PutNumber("f1.jpg", 1);
  PutNumber("f2.jpg", 2);
  Put("._f1.jpg", "what macOS leaves behind");
  Put("notes.txt", "notes");
  Put("Thumbs.db", "");
  fs::create_directories(folder_.path() / "more.jpg");
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{1, 2}));
}

TEST_F(FrameFolder, ReadsAwkwardNames) {
  const TemporaryFolder parent;
  const fs::path folder =
      parent.path() / "it's a, \"good\" größe 视频" / ".." / "it's a, \"good\" größe 视频";
  fs::create_directories(parent.path() / "it's a, \"good\" größe 视频");
  int number = 0;
  for (const std::string name :
       {"a b 1.jpg", "a b 2,x.png", "a b 3 'q' \"r\".bmp", "a b 4 ü.jpg"}) {
    WriteBytes(folder / name,
               EncodeImage(fs::path(name).extension().string(), NumberedPicture(96, 64, number)));
    ++number;
  }
  const std::unique_ptr<FrameSource> source = OpenFrameFolder(folder, 30.0);
  Frame frame;
  for (int i = 0; i < number; ++i) {
    ASSERT_TRUE(source->Next(frame));
    EXPECT_EQ(NumberOf(frame.image_bgr), i);
  }
  EXPECT_FALSE(source->Next(frame));
}

TEST_F(FrameFolder, JpegValuesAreThoseOfImRead) {
  const cv::Mat picture = ColourfulPicture(101, 77);
  cv::Mat gray;
  cv::extractChannel(picture, gray, 1);
  for (const std::vector<int>& parameters :
       std::vector<std::vector<int>>{{cv::IMWRITE_JPEG_QUALITY, 95},
                                     {cv::IMWRITE_JPEG_QUALITY, 30},
                                     {cv::IMWRITE_JPEG_PROGRESSIVE, 1},
                                     {cv::IMWRITE_JPEG_RST_INTERVAL, 3}}) {
    Put("f.jpg", EncodeImage(".jpg", picture, parameters));
    ExpectAsImRead("f.jpg");
    Put("f.jpg", EncodeImage(".jpg", gray, parameters));
    ExpectAsImRead("f.jpg");
  }
}

// `picture` with TurboJPEG's own options.
std::string TurboJpeg(const cv::Mat& picture, int pixel_format, int subsampling) {
  void* handle = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int result = tjCompress2(handle, picture.data, picture.cols, static_cast<int>(picture.step),
                                 picture.rows, pixel_format, &bytes, &size, subsampling, 90, 0);
  EXPECT_EQ(result, 0) << tjGetErrorStr2(handle);
  std::string jpeg(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(handle);
  return jpeg;
}

TEST_F(FrameFolder, JpegOfEverySubsamplingIsAsImRead) {
  const cv::Mat picture = ColourfulPicture(101, 77);
  for (const int subsampling : {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411}) {
    Put("f.jpg", TurboJpeg(picture, TJPF_BGR, subsampling));
    ExpectAsImRead("f.jpg");
  }
}

TEST_F(FrameFolder, CmykJpegIsConvertedAsImReadDoes) {
  cv::Mat cmyk(40, 50, CV_8UC4);
  cv::RNG random(3);
  random.fill(cmyk, cv::RNG::UNIFORM, 60, 200);
  Put("f.jpg", TurboJpeg(cmyk, TJPF_CMYK, TJSAMP_444));
  ExpectAsImRead("f.jpg");
}

TEST_F(FrameFolder, ExifOrientationIsAppliedAsImReadDoes) {
  using namespace std::string_literals;
  const std::string jpeg = EncodeImage(".jpg", NumberedPicture(96, 64, 5));
  // APP1: a little-endian TIFF with one entry, orientation (0x0112) = 6: turn clockwise.
  const std::string exif =
      "\xFF\xE1\x00\x22"s +
      "Exif\0\0II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"s;
  Put("f.jpg", jpeg.substr(0, 2) + exif + jpeg.substr(2));
  ASSERT_EQ(ReadImages().at(0).size(), cv::Size(64, 96));
  ExpectAsImRead("f.jpg");
}

TEST_F(FrameFolder, GrayAlphaAnd16BitBecome8BitBgr) {
  cv::Mat deep(20, 30, CV_16UC1);
  for (int i = 0; i < 600; ++i)
    deep.at<std::uint16_t>(i / 30, i % 30) = static_cast<std::uint16_t>(i * 109);
  Put("f.png", EncodeImage(".png", deep));
  const cv::Mat read = ReadImages().at(0);
  ASSERT_EQ(read.type(), CV_8UC3);
  for (int i = 0; i < 600; ++i) {
    const auto high = static_cast<std::uint8_t>(deep.at<std::uint16_t>(i / 30, i % 30) >> 8);
    ASSERT_EQ(read.at<cv::Vec3b>(i / 30, i % 30), cv::Vec3b(high, high, high)) << "pixel " << i;
  }

  const cv::Mat bgr = ColourfulPicture(30, 20);
  cv::Mat with_alpha;
  cv::merge(std::vector<cv::Mat>{bgr, cv::Mat(20, 30, CV_8U, cv::Scalar(7))}, with_alpha);
  for (const std::string extension : {".png", ".bmp"}) {
    fs::remove(folder_.path() / "f.png");
    Put("f" + extension, EncodeImage(extension, with_alpha));
    cv::Mat difference;
    cv::absdiff(ReadImages().at(0), bgr, difference);
    EXPECT_EQ(cv::norm(difference, cv::NORM_INF), 0) << extension;
    ExpectAsImRead("f" + extension);
  }
}

TEST_F(FrameFolder, ReportsADamagedJpegAmongGoodOnes) {
  for (int i = 0; i < 4; ++i) PutNumber("f" + std::to_string(i) + ".jpg", i);
  const std::string good = ReadFile(folder_.path() / "f2.jpg");
  const auto expect_named = [&] {
    EXPECT_THAT(ReadError(),
                AllOf(HasSubstr("f2.jpg: the image is damaged"), HasSubstr("get the file")));
  };
  for (const double part : {0.02, 0.3, 0.6, 0.9}) {
    Put("f2.jpg",
        good.substr(0, static_cast<std::size_t>(part * static_cast<double>(good.size()))));
    expect_named();
  }
  Put("f2.jpg", good.substr(0, good.size() - 2));  // only the end marker is gone
  expect_named();
  std::string garbled = good;
  for (std::size_t i = 0; i < 40; ++i) garbled[good.size() / 2 + i] = '\xFF';
  Put("f2.jpg", garbled);
  expect_named();
  Put("f2.jpg", "");
  expect_named();
}

TEST_F(FrameFolder, ReportsATruncatedPngOrBmpWithoutAWordOnStderr) {
  ::testing::internal::CaptureStderr();
  for (const std::string extension : {".png", ".bmp"}) {
    const std::string name = "f" + extension;
    const std::string good = EncodeImage(extension, ColourfulPicture(60, 40));
    for (const std::size_t bytes : {std::size_t{10}, std::size_t{30}, std::size_t{60},
                                    good.size() / 2, good.size() - 13, good.size() - 1}) {
      Put(name, good.substr(0, bytes));
      EXPECT_THAT(ReadError(), HasSubstr(name + ": the image is damaged")) << bytes << " bytes";
    }
    fs::remove(folder_.path() / name);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(FrameFolder, ReportsAPngWithAWrongByte) {
  std::string png = EncodeImage(".png", ColourfulPicture(60, 40));
  png[png.size() / 2] = static_cast<char>(png[png.size() / 2] ^ 0x10);
  Put("f.png", png);
  EXPECT_THAT(ReadError(), HasSubstr("f.png: the image is damaged (wrong checksum"));
}

TEST_F(FrameFolder, ReportsWhatIsNoImage) {
  PutNumber("f1.jpg", 1);
  Put("f2.jpg", "<html>404 not found</html>");
  EXPECT_THAT(ReadError(), HasSubstr("f2.jpg: is not a JPEG, PNG or BMP image"));
}

TEST_F(FrameFolder, ReportsALinkThatLeadsNowhere) {
  PutNumber("f1.jpg", 1);
  fs::create_symlink(folder_.path() / "gone.jpg", folder_.path() / "f2.jpg");
  EXPECT_THAT(ReadError(), HasSubstr("f2.jpg"));
  PutNumber("f3.jpg", 3);
  fs::remove(folder_.path() / "f2.jpg");
  fs::create_symlink(folder_.path() / "cover.jpg", folder_.path() / "cover.jpg");  // to itself
  EXPECT_EQ(ReadNumbers(), (std::vector<int>{1, 3}));
}

TEST_F(FrameFolder, ReportsDifferentSizesWithBothFiles) {
  PutNumber("f1.jpg", 1);
  PutNumber("f2.jpg", 2);
  Put("f3.jpg", EncodeImage(".jpg", NumberedPicture(80, 64, 3)));
  EXPECT_THAT(ReadError(),
              AllOf(HasSubstr("f3.jpg: is 80x64 px"), HasSubstr("f1.jpg is 96x64 px")));
}

TEST_F(FrameFolder, ReportsAFrameInTwoFiles) {
  PutNumber("img1.jpg", 1);
  PutNumber("img2.jpg", 2);
  PutNumber("img1.png", 1);
  EXPECT_THAT(ReadError(), AllOf(HasSubstr("img1.jpg"), HasSubstr("img1.png"), HasSubstr("twice")));
}

TEST_F(FrameFolder, ReportsAFolderWithoutFrames) {
  EXPECT_THAT(ReadError(), HasSubstr("no frame (jpg, jpeg, png or bmp) in it"));
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInput, [&] { OpenFrameFolder(folder_.path() / "missing", 30.0); }),
      HasSubstr("missing: no such folder"));
  PutNumber("f.jpg", 1);
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInput, [&] { OpenFrameFolder(folder_.path() / "f.jpg", 30.0); }),
      HasSubstr("is not a folder"));
}

TEST_F(FrameFolder, ImagesStayValidWhenTheNextIsRead) {
  for (int i = 0; i < 3; ++i) PutNumber("f" + std::to_string(i) + ".png", i);
  const std::vector<cv::Mat> images = ReadImages();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(NumberOf(images[static_cast<std::size_t>(i)]), i);
}

}  // namespace
}  // namespace mestr::internal
