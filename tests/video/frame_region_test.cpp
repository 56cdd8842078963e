// Frames of which somebody asks for a region alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "core/files.h"
#include "mestr/video/frame_source.h"
#include "support/test_support.h"
#include "video/test_clips.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using testing::EncodeImage;
using testing::ErrorMessage;
using testing::EvenStamps;
using ::testing::IsEmpty;
using testing::TemporaryFolder;
using testing::WriteBytes;
using testing::WriteClip;

const cv::Rect kRegion(21, 10, 30, 25);

cv::Mat Picture(int seed) {
  cv::RNG random(static_cast<std::uint64_t>(seed + 1));
  cv::Mat picture(64, 96, CV_8UC3);
  random.fill(picture, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(picture, picture, {0, 0}, 1);
  return picture;
}

std::vector<Frame> Rest(FrameSource& source) {
  std::vector<Frame> frames;
  for (Frame frame; source.Next(frame);) frames.push_back(frame);
  return frames;
}

// Frames that have the region alone.
std::vector<std::int64_t> Patches(const std::vector<Frame>& frames) {
  std::vector<std::int64_t> patches;
  for (const Frame& frame : frames) {
    EXPECT_NE(frame.image_bgr.empty(), frame.patch_bgr.empty()) << frame.index;
    if (frame.image_bgr.empty()) patches.push_back(frame.index);
  }
  return patches;
}

void ExpectRegionsOf(const std::vector<Frame>& whole, const std::vector<Frame>& frames,
                     const cv::Rect& region) {
  ASSERT_EQ(whole.size(), frames.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(cv::norm(frames[i].Bgr(region), whole[i].image_bgr(region), cv::NORM_INF), 0) << i;
    EXPECT_EQ(frames[i].index, whole[i].index);
    EXPECT_EQ(frames[i].continues, whole[i].continues);
    EXPECT_EQ(frames[i].missing, whole[i].missing);
  }
}

class FrameRegion : public ::testing::Test {
 protected:
  void Put(const std::string& name, int number) const {
    WriteBytes(folder_.path() / name,
               EncodeImage(fs::path(name).extension().string(), Picture(number)));
  }
  std::unique_ptr<FrameSource> Folder() const { return OpenFrameFolder(folder_.path(), {}); }

  // Its name in the folder.
  fs::path Clip(const testing::ClipOptions& options, const std::string& name = "clip.mp4") const {
    WriteClip(folder_.path() / name, options);
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
};

TEST_F(FrameRegion, OfAFolderHasTheBitsOfTheWhole) {
  for (int i = 0; i < 6; ++i) Put("f" + std::to_string(i) + (i == 3 ? ".png" : ".jpg"), i);
  const std::vector<Frame> whole = Rest(*Folder());
  const auto source = Folder();
  source->Use({.region_px = kRegion});
  const std::vector<Frame> frames = Rest(*source);
  EXPECT_THAT(Patches(frames), ElementsAre(1, 2, 4, 5)) << "a PNG is read whole";
  ExpectRegionsOf(whole, frames, kRegion);
}

TEST_F(FrameRegion, OfAVideoHasTheBitsOfTheWhole) {
  for (const std::string extension : {"mp4", "avi"}) {
    const fs::path path = Clip({.encoder = extension == "avi" ? "mjpeg" : "libx264",
                                .pixel_format = extension == "avi" ? "yuvj422p" : "yuv420p",
                                .stamps = EvenStamps(6)},
                               "clip." + extension);
    const std::vector<Frame> whole = Rest(*OpenVideoFile(path));
    const auto source = OpenVideoFile(path);
    source->Use({.region_px = kRegion});
    const std::vector<Frame> frames = Rest(*source);
    EXPECT_THAT(Patches(frames), ElementsAre(1, 2, 3, 4, 5));
    ExpectRegionsOf(whole, frames, kRegion);
  }
}

TEST_F(FrameRegion, IsOfTheUprightPicture) {
  constexpr std::int32_t kOne = 1 << 16;
  constexpr std::int32_t kLast = 1 << 30;
  const fs::path path = Clip(
      {.stamps = EvenStamps(3), .display_matrix = {0, kOne, 0, -kOne, 0, 0, 64 * kOne, 0, kLast}});
  const std::vector<Frame> whole = Rest(*OpenVideoFile(path));
  ASSERT_EQ(whole.front().image_bgr.size(), cv::Size(64, 96));
  const cv::Rect region(5, 60, 20, 36);  // outside of the stored picture
  const auto source = OpenVideoFile(path);
  source->Use({.region_px = region});
  const std::vector<Frame> frames = Rest(*source);
  EXPECT_THAT(Patches(frames), ElementsAre(1, 2));
  ExpectRegionsOf(whole, frames, region);
}

TEST_F(FrameRegion, IsWithdrawnWhereSomebodyNeedsTheWhole) {
  for (int i = 0; i < 6; ++i) Put("f" + std::to_string(i) + ".jpg", i);
  const auto source = Folder();
  std::vector<Frame> frames(6);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i == 1) source->Use({.region_px = kRegion});
    if (i == 3) source->Use({});
    if (i == 5) source->Use({.gray = true, .region_px = kRegion});
    ASSERT_TRUE(source->Next(frames[i]));
  }
  EXPECT_EQ(frames[5].image_gray.size(), cv::Size(96, 64));
  frames.pop_back();
  EXPECT_THAT(Patches(frames), ElementsAre(1, 2));
}

TEST_F(FrameRegion, EndsWithAGapOfAFoldersClock) {
  for (const std::string name : {"0.00", "0.10", "0.20", "0.30", "0.90", "1.00"}) {
    Put(name + ".jpg", 1);
  }
  const auto source = Folder();
  source->Use({.region_px = kRegion});
  EXPECT_THAT(Patches(Rest(*source)), ElementsAre(1, 2, 3));
}

TEST_F(FrameRegion, EndsWithAGapOfAVideosClock) {
  std::vector<std::int64_t> stamps = EvenStamps(12);
  for (std::size_t i = 8; i < stamps.size(); ++i) stamps[i] += 300;
  const fs::path path = Clip({.stamps = stamps}, "clip.mkv");
  const std::vector<Frame> whole = Rest(*OpenVideoFile(path));
  ASSERT_FALSE(whole[8].continues);
  const auto source = OpenVideoFile(path);
  source->Use({.region_px = kRegion});
  const std::vector<Frame> frames = Rest(*source);
  EXPECT_THAT(Patches(frames), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  ExpectRegionsOf(whole, frames, kRegion);
}

TEST_F(FrameRegion, EndsBehindAMissingFrameWhichHasTheLastGoodOne) {
  const fs::path path =
      Clip({.encoder = "mjpeg", .pixel_format = "yuvj420p", .stamps = EvenStamps(8)}, "clip.avi");
  testing::DamagePacket(path, 4);
  const VideoOptions keep{.keep_damaged = true};
  const std::vector<Frame> whole = Rest(*OpenVideoFile(path, {}, keep));
  ASSERT_TRUE(whole[4].missing);
  const auto source = OpenVideoFile(path, {}, keep);
  source->Use({.region_px = kRegion});
  const std::vector<Frame> frames = Rest(*source);
  EXPECT_THAT(Patches(frames), ElementsAre(1, 2, 3, 4));
  ExpectRegionsOf(whole, frames, kRegion);
}

TEST_F(FrameRegion, DamageBelowItIsTheErrorThatItIsInTheWhole) {
  for (int i = 0; i < 4; ++i) Put("f" + std::to_string(i) + ".jpg", i);
  const fs::path damaged = folder_.path() / "f2.jpg";
  const std::string good = ReadFile(damaged);
  const auto error = [&](const FrameUse& use) {
    return ErrorMessage(ErrorKind::kInput, [&] {
      const auto source = Folder();
      source->Use(use);
      Rest(*source);
    });
  };
  for (const std::size_t missing :
       {std::size_t{1}, std::size_t{2}, std::size_t{9}, good.size() / 4, good.size() - 5}) {
    WriteBytes(damaged, good.substr(0, good.size() - missing));
    const std::string message = error({});
    EXPECT_THAT(message, ::testing::HasSubstr("f2.jpg: the image is damaged"));
    EXPECT_EQ(error({.region_px = {20, 2, 30, 10}}), message);
  }
  WriteBytes(damaged, EncodeImage(".jpg", Picture(1).rowRange(0, 60)));
  EXPECT_EQ(error({.region_px = kRegion}), error({}));
}

TEST_F(FrameRegion, OutsideOfThePictureAsksForTheWhole) {
  for (int i = 0; i < 3; ++i) Put("f" + std::to_string(i) + ".jpg", i);
  const fs::path clip = Clip({.stamps = EvenStamps(3)});
  for (const cv::Rect region : {cv::Rect(90, 10, 20, 20), cv::Rect(-1, 0, 9, 9)}) {
    const auto folder = Folder();
    folder->Use({.region_px = region});
    EXPECT_THAT(Patches(Rest(*folder)), IsEmpty());
    const auto video = OpenVideoFile(clip);
    video->Use({.region_px = region});
    EXPECT_THAT(Patches(Rest(*video)), IsEmpty());
  }
}

TEST_F(FrameRegion, NobodyGetsPixelsThatAreNotThere) {
  Frame frame{.patch_bgr = Picture(1)(cv::Rect(20, 10, 30, 25)), .patch_origin = {20, 10}};
  EXPECT_EQ(frame.Bgr({20, 10, 30, 25}).size(), cv::Size(30, 25));
  EXPECT_EQ(frame.Bgr({49, 34, 1, 1}).at<cv::Vec3b>(0, 0), Picture(1).at<cv::Vec3b>(34, 49));
  for (const cv::Rect box : {cv::Rect(19, 10, 5, 5), cv::Rect(20, 10, 31, 25), cv::Rect(0, 0, 9, 9),
                             cv::Rect(40, 30, 5, 6)}) {
    EXPECT_THAT(ErrorMessage(ErrorKind::kInvalidArgument, [&] { frame.Bgr(box); }),
                ::testing::HasSubstr("frame 0"));
  }
  frame = {.image_bgr = Picture(1)};
  EXPECT_EQ(frame.Bgr({0, 0, 96, 64}).size(), cv::Size(96, 64));
  ErrorMessage(ErrorKind::kInvalidArgument, [&] { frame.Bgr({0, 0, 97, 64}); });
}

}  // namespace
}  // namespace mestr::internal
