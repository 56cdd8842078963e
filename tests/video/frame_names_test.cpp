#include "video/frame_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/text.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Texts = std::vector<std::string>;

// In natural order, as a folder is listed.
FrameSeries FramesOf(Texts names) {
  std::sort(names.begin(), names.end(), NaturalLess);
  std::vector<fs::path> images;
  for (const std::string& name : names) images.push_back(fs::path("clip") / name);
  return FindFrames(images);
}

Texts Names(const std::vector<fs::path>& files) {
  Texts names;
  for (const fs::path& file : files) names.push_back(file.filename().string());
  return names;
}

std::string Refusal(const Texts& names) {
  return ErrorMessage(ErrorKind::kInput, [&] { FramesOf(names); });
}

// img_0001.jpg, img_0002.jpg, ...
Texts Numbered(const std::string& before, int count, const std::string& after = ".jpg") {
  Texts names;
  for (int i = 1; i <= count; ++i) names.push_back(before + ZeroPadded(i, 4) + after);
  return names;
}

Texts operator+(Texts names, const Texts& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

TEST(FindFrames, TakesCleanNumbersInTheirOrder) {
  for (const Texts& names :
       {Numbered("img_", 12), Texts{"1.jpg", "2.JPG", "9.png", "10.jpeg", "0011.bmp"},
        Texts{"006_1_5562.jpg", "006_1_5563.jpg", "006_1_10000.jpg"},
        Texts{"S01_cam2_000123_L.jpg", "S01_cam2_000124_L.jpg", "S01_cam2_001000_L.jpg"},
        Texts{"clip (1).jpg", "clip (2).jpg", "clip (10).jpg"},
        Texts{"a b 1 größe 视频.jpg", "a b 2 größe 视频.jpg"}, Texts{"only.jpg"}}) {
    const FrameSeries series = FramesOf(names);
    EXPECT_EQ(Names(series.frames), names);
    EXPECT_THAT(series.left_out, IsEmpty());
    EXPECT_THAT(series.times_s, IsEmpty());
  }
}

TEST(FindFrames, LeavesOutCopiesAndOtherPictures) {
  for (const std::string odd :
       {"img_0010 (1).jpg", "img_0010(1).jpg", "img_0010 - Copy.jpg", "img_0010 - Copy (2).jpg",
        "Copy of img_0010.jpg", "img_0010~1.jpg", "img_0010_edited.jpg", "img_0010 copy.png",
        "img_0010 - 副本.jpg", "thumb_img_0010.jpg", "cover.jpg", "preview.png",
        "contact_sheet.jpg", "sheet 2 of 3.jpg", "IMG_0010 (1).JPG", "0010.jpg", "img_10_11.jpg"}) {
    const FrameSeries series = FramesOf(Numbered("img_", 20) + Texts{odd});
    EXPECT_EQ(Names(series.frames), Numbered("img_", 20)) << odd;
    EXPECT_THAT(Names(series.left_out), ElementsAre(odd));
    EXPECT_TRUE(series.numbered);
  }
}

TEST(FindFrames, ACopyOfEachFrameDoesNotHideTheFrames) {
  for (const std::string end : {" (1).jpg", "_mask.png", " - Copy.jpg"}) {
    const FrameSeries series = FramesOf(Numbered("img_", 5) + Numbered("img_", 5, end));
    EXPECT_EQ(Names(series.frames), Numbered("img_", 5)) << end;
    EXPECT_THAT(series.left_out, SizeIs(5));
  }
}

TEST(FindFrames, PicturesOfNoSeriesAreLeftOutUnlessTheyOutnumberTheFrames) {
  const Texts odd = {"cover.jpg", "preview.png", "sheet.png"};
  EXPECT_EQ(Names(FramesOf(Numbered("img_", 3) + odd).frames), Numbered("img_", 3));
  EXPECT_THAT(Refusal(Numbered("img_", 2) + odd), HasSubstr("not clear"));
}

TEST(FindFrames, ASmallerSeriesIsLeftOut) {
  const FrameSeries series = FramesOf(Numbered("img_", 20) + Numbered("mask_", 10, ".png"));
  EXPECT_EQ(Names(series.frames), Numbered("img_", 20));
  EXPECT_EQ(Names(series.left_out), Numbered("mask_", 10, ".png"));
}

TEST(FindFrames, RefusesSeriesOfSimilarSize) {
  EXPECT_THAT(Refusal(Numbered("img_", 20) + Numbered("mask_", 20, ".png")),
              AllOf(HasSubstr("clip: "), HasSubstr("20 like img_0001.jpg"),
                    HasSubstr("20 like mask_0001.png"), HasSubstr("move the others")));
  EXPECT_THAT(Refusal(Numbered("img_", 20) + Numbered("mask_", 11)), HasSubstr("not clear"));
  EXPECT_THAT(Refusal(Numbered("rgb", 9) + Numbered("depth", 9) + Numbered("ir", 9)),
              HasSubstr("not clear"));
  EXPECT_THAT(Refusal(Numbered("S1_cam1_", 9) + Numbered("S1_cam2_", 9)), HasSubstr("not clear"));
  EXPECT_THAT(Refusal({"img_1.jpg", "img_2.jpg", "mask_1.jpg", "mask_2.jpg"}),
              HasSubstr("not clear"));
  EXPECT_THAT(Refusal(Numbered("shot1.", 9) + Numbered("shot2.", 9)), HasSubstr("not clear"));
}

TEST(FindFrames, RefusesOneFrameInTwoFiles) {
  EXPECT_THAT(Refusal({"img1.jpg", "img01.jpg", "img2.jpg"}),
              AllOf(HasSubstr("img1.jpg"), HasSubstr("img01.jpg"), HasSubstr("twice")));
  EXPECT_THAT(Refusal({"img1.jpg", "img2.jpg", "IMG2.jpg"}),
              AllOf(HasSubstr("img2.jpg"), HasSubstr("IMG2.jpg")));
  EXPECT_THAT(Refusal({"a.jpg", "b.jpg", "b.png"}), AllOf(HasSubstr("b.jpg"), HasSubstr("b.png")));
  EXPECT_THAT(Refusal({"0.5.jpg", "0.50.jpg", "1.25.jpg"}),
              AllOf(HasSubstr("0.5.jpg"), HasSubstr("0.50.jpg")));
}

TEST(FindFrames, AnImageThatMayBeAMissingFrameIsNotLeftOut) {
  Texts names = Numbered("img_", 9, "_neutral.jpg");
  names[4] = "img_0005_happy.jpg";
  EXPECT_THAT(Refusal(names),
              AllOf(HasSubstr("img_0005_happy.jpg may be a frame"),
                    HasSubstr("img_0004_neutral.jpg"), HasSubstr("img_0006_neutral.jpg")));
}

TEST(FindFrames, SortsSecondsAsDecimalNumbers) {
  const FrameSeries series = FramesOf({"0.0333.jpg", "0.9.jpg", "1.0.jpg", "12.5333.png"});
  EXPECT_EQ(Names(series.frames), (Texts{"0.0333.jpg", "0.9.jpg", "1.0.jpg", "12.5333.png"}));
  EXPECT_THAT(series.times_s, ElementsAre(0.0333, 0.9, 1.0, 12.5333));
  EXPECT_DOUBLE_EQ(series.time_unit_s, 1e-4);

  const Texts below_one = {"t_0.0333s.jpg", "t_0.0667s.jpg", "t_0.1s.jpg", "t_0.1333s.jpg",
                           "t_0.9s.jpg"};
  EXPECT_EQ(Names(FramesOf(below_one).frames), below_one);
  EXPECT_THAT(FramesOf(below_one).times_s, SizeIs(5));
}

TEST(FindFrames, WholeSecondsMayStandWithoutAPoint) {
  const Texts names = {"0.jpg", "0.3333.jpg", "0.6667.jpg", "1.jpg", "1.3333.jpg"};
  EXPECT_EQ(Names(FramesOf(names).frames), names);
  EXPECT_THAT(FramesOf(names).times_s, ElementsAre(0, 0.3333, 0.6667, 1, 1.3333));
  EXPECT_THAT(FramesOf(Numbered("shot2.", 12) + Texts{"shot2.jpg"}).left_out, SizeIs(1));
}

TEST(FindFrames, ANumberAfterAPointMayCountFrames) {
  const Texts names = {"shot2.8.jpg", "shot2.9.jpg", "shot2.10.jpg", "shot2.11.jpg"};
  EXPECT_EQ(Names(FramesOf(names).frames), names);
  EXPECT_THAT(FramesOf(names).times_s, IsEmpty());
  EXPECT_THAT(FramesOf(Numbered("shot2.", 12)).times_s, IsEmpty());
  EXPECT_THAT(FramesOf(Numbered("shot2.", 12)).numbers, SizeIs(12));
}

TEST(FindFrames, RefusesNumbersThatCountNoFrames) {
  EXPECT_THAT(Refusal({"-1.jpg", "0.jpg", "1.jpg"}),
              AllOf(HasSubstr("-1.jpg"), HasSubstr("negative")));
  EXPECT_THAT(Refusal({"0.5.jpg", "-0.5.jpg"}), HasSubstr("negative"));
  EXPECT_THAT(Refusal({"3.3e-05.jpg", "0.0333.jpg"}),
              AllOf(HasSubstr("3.3e-05.jpg"), HasSubstr("scientific")));
  EXPECT_THAT(Refusal({"t_1e-05.jpg", "t_0.1.jpg"}), HasSubstr("scientific"));
  EXPECT_THAT(Refusal({"1e2.jpg", "1e3.jpg"}), HasSubstr("scientific"));
  EXPECT_EQ(FramesOf({"img-1.jpg", "img-2.jpg", "img-10.jpg"}).frames.size(), 3U);
  EXPECT_EQ(FramesOf({"s1e2-1.jpg", "s1e2-2.jpg"}).frames.size(), 2U);
  EXPECT_EQ(FramesOf({"scene1.jpg", "scene2.jpg"}).frames.size(), 2U);
}

TEST(FindFrames, AClocksNumbersGoTogether) {
  const Texts spread = {"cam 2025-11-22 10-59-59_900.jpg", "cam 2025-11-22 10-59-59_933.jpg",
                        "cam 2025-11-22 11-00-00_033.jpg", "cam 2025-11-22 11-00-00_900.jpg"};
  EXPECT_EQ(Names(FramesOf(spread).frames), spread);
  const Texts compact = {"IMG_20251122_105959_900.jpg", "IMG_20251122_105959_933.jpg",
                         "IMG_20251122_110000_033.jpg", "IMG_20251122_110000_900.jpg"};
  EXPECT_EQ(Names(FramesOf(compact).frames), compact);
}

TEST(FindFrames, TheNumberThatIsAnotherInEachNameCounts) {
  // OpenFace writes the number of the face too.
  const Texts names = {"frame_det_00_000001.bmp", "frame_det_01_000002.bmp",
                       "frame_det_01_000003.bmp"};
  EXPECT_EQ(Names(FramesOf(names).frames), names);
  EXPECT_THAT(Refusal({"a_1_20.jpg", "a_2_10.jpg", "a_3_30.jpg"}),
              AllOf(HasSubstr("two numbers vary"), HasSubstr("different orders")));
}

TEST(FindFrames, DigitsOfOtherScriptsAreDigits) {
  const Texts names = {"图８.jpg", "图９.jpg", "图１０.jpg"};
  EXPECT_EQ(Names(FramesOf(names).frames), names);
  EXPECT_THAT(FramesOf(names).numbers, ElementsAre(8, 9, 10));
  EXPECT_THAT(FramesOf({"٩.jpg", "١٠.jpg"}).numbers, ElementsAre(9, 10));
}

TEST(FindFrames, WithoutNumbersTheOrderIsThatOfTheNames) {
  const FrameSeries series = FramesOf({"b5.png", "apex.jpg", "a1b.png", "apex (1).jpg"});
  EXPECT_EQ(Names(series.frames), (Texts{"a1b.png", "apex.jpg", "b5.png"}));
  EXPECT_THAT(Names(series.left_out), ElementsAre("apex (1).jpg"));
  EXPECT_FALSE(series.numbered);
}

TEST(FindFrames, AWordIsNotMadeFromAnother) {
  EXPECT_EQ(FramesOf({"on.jpg", "onset.jpg", "offset.jpg"}).frames.size(), 3U);
}

TEST(FindFrames, NumbersAreKeptWhereTheyCanCount) {
  EXPECT_THAT(FramesOf({"7.jpg", "00000000000009.jpg"}).numbers, ElementsAre(7, 9));
  EXPECT_THAT(FramesOf({"000.jpg", "1.jpg"}).numbers, ElementsAre(0, 1));
  // Time stamps.
  EXPECT_THAT(FramesOf({"20251122123456789.jpg", "20251122123456822.jpg"}).numbers, IsEmpty());
}

TEST(FindFrames, TakesNamesOfAnyBytes) {
  const std::string long_text(240, 'x');
  const Texts names = {"\xFF\n\x1B[2J1.jpg", "\xFF\n\x1B[2J2.jpg"};
  EXPECT_EQ(Names(FramesOf(names).frames), names);
  EXPECT_EQ(FramesOf({long_text + "9.jpg", long_text + "10.jpg"}).numbers.back(), 10);
  const std::string digits(200, '7');
  EXPECT_EQ(Names(FramesOf({digits + "9.jpg", digits + "8.jpg"}).frames),
            (Texts{digits + "8.jpg", digits + "9.jpg"}));
}

}  // namespace
}  // namespace mestr::internal
