#include "vqa_ask/clip_pictures.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

// A disc with a texture, which moves one px to the right each frame, before a texture that rests.
cv::Mat FrameImage(int number) {
  cv::Mat image(80, 120, CV_8UC3);
  cv::RNG(3).fill(image, cv::RNG::UNIFORM, 20, 140);
  cv::GaussianBlur(image, image, {5, 5}, 0);
  cv::circle(image, {50 + number, 40}, 24, {200, 200, 200}, -1, cv::LINE_AA);
  cv::circle(image, {44 + number, 34}, 8, {30, 30, 30}, -1, cv::LINE_AA);
  cv::circle(image, {60 + number, 48}, 6, {60, 60, 60}, -1, cv::LINE_AA);
  return image;
}

class ClipPictures : public ::testing::Test {
 protected:
  ClipPictures() {
    for (int number = 0; number < 6; ++number) {
      const auto file = folder_.path() / ("img_" + std::to_string(number + 1) + ".png");
      cv::imwrite(file.string(), FrameImage(number));
    }
    video_.path = folder_.path();
  }

  std::vector<cv::Mat> Pictures(const ClipOptions& options,
                                const std::optional<KeyFrames>& key_frames = std::nullopt) {
    std::vector<cv::Mat> images;
    for (const Picture& picture : PicturesOfClip(video_, options, key_frames)) {
      const std::vector<char> bytes(picture.bytes.begin(), picture.bytes.end());
      images.push_back(cv::imdecode(bytes, cv::IMREAD_COLOR));
    }
    return images;
  }

  std::string Problem(const ClipOptions& options, const KeyFrames& key_frames) {
    return ErrorMessage(ErrorKind::kInput, [&] { PicturesOfClip(video_, options, key_frames); });
  }

  TemporaryFolder folder_;
  VideoInput video_;
};

bool AreEqual(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

TEST(EquallySpaced, AreNumpysLinspaceRounded) {
  EXPECT_THAT(EquallySpaced(11, 4), ElementsAre(0, 3, 7, 10));
  EXPECT_THAT(EquallySpaced(6, 3), ElementsAre(0, 2, 5));  // 2.5 is rounded to even
  EXPECT_THAT(EquallySpaced(3, 8), ElementsAre(0, 1, 2));
  EXPECT_THAT(EquallySpaced(9, 1), ElementsAre(4));
  EXPECT_THAT(EquallySpaced(1, 5), ElementsAre(0));
}

TEST_F(ClipPictures, PngHasThePixelsOfTheFrames) {
  const auto images = Pictures({.input = ClipInput::kVideo, .frames = 2});
  ASSERT_EQ(images.size(), 2u);
  EXPECT_TRUE(AreEqual(images[0], FrameImage(0)));
  EXPECT_TRUE(AreEqual(images[1], FrameImage(5)));
}

TEST_F(ClipPictures, PartsOfVideosAreSampledFromOnsetToOffset) {
  const auto images =
      Pictures({.input = ClipInput::kVideo, .frames = 2}, KeyFrames{1, std::nullopt, 3});
  ASSERT_EQ(images.size(), 2u);
  EXPECT_TRUE(AreEqual(images[0], FrameImage(1)));
  EXPECT_TRUE(AreEqual(images[1], FrameImage(3)));
}

TEST_F(ClipPictures, OnsetApexAndOffsetComeInThisOrder) {
  const auto images = Pictures({.input = ClipInput::kOnsetApexOffset}, KeyFrames{1, 3, 4});
  ASSERT_EQ(images.size(), 3u);
  EXPECT_TRUE(AreEqual(images[0], FrameImage(1)));
  EXPECT_TRUE(AreEqual(images[1], FrameImage(3)));
  EXPECT_TRUE(AreEqual(images[2], FrameImage(4)));
}

TEST_F(ClipPictures, FlowToTheRightIsRedAndWhatRestsIsWhite) {
  const auto images = Pictures({.input = ClipInput::kFlow}, KeyFrames{1, 3, 4});
  ASSERT_EQ(images.size(), 1u);
  const auto disc = images[0].at<cv::Vec3b>(40, 52);  // BGR
  EXPECT_GT(disc[2], 180);
  EXPECT_LT(disc[0], 110);
  EXPECT_LT(disc[1], 110);
  const auto corner = images[0].at<cv::Vec3b>(4, 4);
  EXPECT_GT(*std::min_element(corner.val, corner.val + 3), 230);
}

TEST_F(ClipPictures, LargePicturesAreScaledDown) {
  const auto images = Pictures({.input = ClipInput::kVideo, .frames = 1, .most_side_px = 60});
  ASSERT_EQ(images.size(), 1u);
  EXPECT_EQ(images[0].size(), cv::Size(60, 40));
}

TEST_F(ClipPictures, KeyFramesThatAreNotThereAreNamed) {
  EXPECT_THAT(Problem({.input = ClipInput::kOnsetApexOffset}, {1, 3, 9}),
              HasSubstr("has 6 frames, and frame 10 is wanted"));
  EXPECT_THAT(Problem({.input = ClipInput::kOnsetApexOffset}, {1, std::nullopt, 4}),
              HasSubstr("frames 2 to 5: the apex is not known"));
  EXPECT_THAT(Problem({.input = ClipInput::kFlow}, {1, 1, 4}), HasSubstr("the apex is the onset"));
}

}  // namespace
}  // namespace mestr::internal
