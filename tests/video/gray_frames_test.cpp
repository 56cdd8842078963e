// Gray images, and images of some frames only.
#include <gtest/gtest.h>

#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "mestr/video/frame_source.h"
#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr {
namespace {

cv::Mat Picture(int seed) {
  cv::RNG random(static_cast<std::uint64_t>(seed));
  cv::Mat picture(48, 64, CV_8UC3);
  random.fill(picture, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(picture, picture, {0, 0}, 2);
  return picture;
}

std::vector<Frame> AllFrames(FrameSource& source) {
  std::vector<Frame> frames;
  for (Frame frame; source.Next(frame);) frames.push_back(frame);
  return frames;
}

TEST(GrayFrames, OfAFolderAreThoseOfImread) {
  const testing::TemporaryFolder folder;
  for (int i = 0; i < 3; ++i) {
    const std::string name = "img_" + std::to_string(i + 1);
    cv::imwrite((folder.path() / (name + (i == 1 ? ".png" : ".jpg"))).string(), Picture(i + 1));
  }
  const auto source = OpenFrameFolder(folder.path(), 30);
  source->Use({.gray = true});
  const std::vector<Frame> frames = AllFrames(*source);
  ASSERT_EQ(frames.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const std::string name = "img_" + std::to_string(i + 1) + (i == 1 ? ".png" : ".jpg");
    const cv::Mat expected = cv::imread((folder.path() / name).string(), cv::IMREAD_GRAYSCALE);
    const Frame& frame = frames[static_cast<std::size_t>(i)];
    ASSERT_EQ(frame.image_gray.type(), CV_8UC1);
    EXPECT_EQ(cv::norm(frame.image_gray, expected, cv::NORM_INF), 0) << name;
    EXPECT_TRUE(frame.image_bgr.empty());
  }
}

TEST(GrayFrames, OnlyEveryStepThFileIsRead) {
  const testing::TemporaryFolder folder;
  for (int i = 0; i < 8; ++i) {
    const std::string path = (folder.path() / ("img_" + std::to_string(i + 1) + ".jpg")).string();
    cv::imwrite(path, Picture(i + 1));
    if (i % 3 != 0) std::filesystem::resize_file(path, 10);  // damaged, but never looked at
  }
  const auto source = OpenFrameFolder(folder.path(), 30);
  source->Use({.step = 3, .gray = true});
  const std::vector<Frame> frames = AllFrames(*source);
  ASSERT_EQ(frames.size(), 8U);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].index, static_cast<std::int64_t>(i));
    EXPECT_EQ(frames[i].image_gray.empty(), i % 3 != 0);
  }
}

TEST(GrayFrames, OfAVideoAreItsLuma) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "clip.mp4";
  testing::WriteClip(path, {.stamps = testing::EvenStamps(7)});
  const auto bgr = AllFrames(*OpenVideoFile(path));
  const auto source = OpenVideoFile(path);
  source->Use({.step = 2, .gray = true});
  const auto gray = AllFrames(*source);
  ASSERT_EQ(gray.size(), bgr.size());
  for (std::size_t i = 0; i < gray.size(); ++i) {
    EXPECT_EQ(gray[i].time_s, bgr[i].time_s);
    EXPECT_TRUE(gray[i].image_bgr.empty());
    if (i % 2 != 0) {
      EXPECT_TRUE(gray[i].image_gray.empty());
      continue;
    }
    cv::Mat expected;
    cv::cvtColor(bgr[i].image_bgr, expected, cv::COLOR_BGR2GRAY);
    // The detour over colours rounds once more, and cuts off what no screen shows.
    EXPECT_LE(cv::norm(gray[i].image_gray, expected, cv::NORM_L1) / expected.total(), 1.5);
  }
}

}  // namespace
}  // namespace mestr
