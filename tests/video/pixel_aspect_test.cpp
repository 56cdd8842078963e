#include "video/pixel_aspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "support/test_support.h"
#include "video/read_video.h"
#include "video/remux.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using testing::ClipOptions;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::EvenStamps;
using ::testing::HasSubstr;
using testing::Numbers;
using testing::ReadAll;
using testing::ReadError;
using testing::ReadVideo;
using testing::TemporaryFolder;

TEST(PixelAspect, TheSideGrowsThatIsShortOfPixels) {
  EXPECT_EQ(SquarePixelSize({720, 576}, {16, 15}), cv::Size(768, 576));
  EXPECT_EQ(SquarePixelSize({720, 576}, {64, 45}), cv::Size(1024, 576));
  EXPECT_EQ(SquarePixelSize({720, 480}, {8, 9}), cv::Size(720, 540));
  EXPECT_EQ(SquarePixelSize({101, 77}, {2, 1}), cv::Size(202, 77));
  EXPECT_EQ(SquarePixelSize({101, 77}, {1, 2}), cv::Size(101, 154));
}

TEST(PixelAspect, LessThanAPercentIsLeft) {
  EXPECT_EQ(SquarePixelSize({7680, 4320}, {1, 1}), cv::Size(7680, 4320));
  EXPECT_EQ(SquarePixelSize({7680, 4320}, {4320, 4319}), cv::Size(7680, 4320));
  EXPECT_EQ(SquarePixelSize({7680, 4320}, {160, 161}), cv::Size(7680, 4320));
}

class PixelAspectOfVideo : public ::testing::Test {
 protected:
  // Lossless, so that what is scaled can be compared.
  ReadVideo Read(int width, int height, const std::string& name = "clip.mkv") {
    ClipOptions options;
    options.encoder = "ffv1";
    options.stamps = EvenStamps(3);
    options.pixel_width = width;
    options.pixel_height = height;
    const fs::path path = folder_.path() / name;
    WriteClip(path, options);
    return ReadAll(path);
  }

  TemporaryFolder folder_;
};

TEST_F(PixelAspectOfVideo, MakesThePixelsSquare) {
  const ReadVideo wide = Read(2, 1);
  EXPECT_EQ(cv::Size(wide.before.width, wide.before.height), cv::Size(192, 64));
  EXPECT_EQ(wide.numbers, Numbers(0, 3));
  EXPECT_THAT(wide.before.notes,
              ElementsAre("pixels are 2:1: pictures are widened from 96x64 to 192x64"));

  const ReadVideo high = Read(1, 2);
  EXPECT_EQ(cv::Size(high.before.width, high.before.height), cv::Size(96, 128));
  EXPECT_EQ(high.numbers, Numbers(0, 3));
  EXPECT_THAT(high.before.notes,
              ElementsAre("pixels are 1:2: pictures are made higher from 96x64 to 96x128"));
}

TEST_F(PixelAspectOfVideo, SquarePixelsKeepTheirBytes) {
  const ReadVideo unknown = Read(0, 1);
  for (const ReadVideo& read : {Read(1, 1), Read(4320, 4319)}) {
    EXPECT_TRUE(read.before.notes.empty());
    ASSERT_EQ(read.images.size(), unknown.images.size());
    for (std::size_t i = 0; i < read.images.size(); ++i) {
      EXPECT_EQ(cv::norm(read.images[i], unknown.images[i], cv::NORM_INF), 0);
    }
  }
}

TEST_F(PixelAspectOfVideo, WhatCannotBeRightIsIgnoredAndNamed) {
  const ReadVideo read = Read(1, 20);
  EXPECT_EQ(cv::Size(read.before.width, read.before.height), cv::Size(96, 64));
  EXPECT_THAT(read.before.notes, ElementsAre(HasSubstr("1:20 can't be right and is ignored")));
}

TEST_F(PixelAspectOfVideo, TheContainersRatioGoesFirst) {
  ClipOptions options;
  options.encoder = "mpeg4";
  options.stamps = EvenStamps(3);
  options.pixel_width = 3;
  options.pixel_height = 2;
  const fs::path stream = folder_.path() / "stream.avi";  // has no ratio but the codec's
  WriteClip(stream, options);
  EXPECT_EQ(ReadAll(stream).before.width, 144);
  const fs::path container = folder_.path() / "container.mp4";
  testing::Remux({stream}, container, {.pixel_width = 2, .pixel_height = 1});
  EXPECT_EQ(ReadAll(container).before.width, 192);
}

TEST_F(PixelAspectOfVideo, RotationComesAfterIt) {
  constexpr std::int32_t kOne = 1 << 16;
  ClipOptions options;
  options.encoder = "mpeg4";
  options.stamps = EvenStamps(2);
  options.pixel_width = 2;
  options.pixel_height = 1;
  options.display_matrix = {0, kOne, 0, -kOne, 0, 0, 0, 0, 1 << 30};
  const fs::path path = folder_.path() / "phone.mp4";
  WriteClip(path, options);
  const ReadVideo read = ReadAll(path);
  EXPECT_EQ(cv::Size(read.before.width, read.before.height), cv::Size(64, 192));
  cv::Mat unturned;
  cv::rotate(read.images[1], unturned, cv::ROTATE_90_COUNTERCLOCKWISE);
  EXPECT_EQ(testing::NumberOf(unturned), 1);
}

TEST_F(PixelAspectOfVideo, ThePixelLimitHoldsForTheResult) {
  Read(8, 1);
  EXPECT_THAT(ReadError(folder_.path() / "clip.mkv", {.most_megapixels = 0.04}),
              HasSubstr("768 x 64 px, more than 0.04 megapixels"));
}

}  // namespace
}  // namespace mestr::internal
