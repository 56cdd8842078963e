#include "bench/region_decoding.h"

#include <opencv2/core.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::HasSubstr;

const cv::Rect kBox(2, 3, 4, 5);

// Gray frames, whole or as the region that is asked for.
class GrayFrames : public FrameSource {
 public:
  explicit GrayFrames(int frames, int brighter = 0) : frames_(frames), brighter_(brighter) {}

  const VideoInfo& info() const override { return info_; }
  void Use(const FrameUse& use) override { uses_.push_back(use.region_px); }
  bool Next(Frame& frame) override {
    if (given_ == frames_) return false;
    const cv::Rect region = uses_.empty() ? cv::Rect() : uses_.back();
    frame = {.index = given_++};
    if (region.empty()) {
      frame.image_bgr = cv::Mat(20, 20, CV_8UC3, cv::Scalar::all(100));
    } else {
      frame.patch_bgr = cv::Mat(region.size(), CV_8UC3, cv::Scalar::all(100));
      frame.patch_origin = region.tl();
      if (given_ == frames_) frame.patch_bgr.at<cv::Vec3b>(0, 0)[2] += brighter_;
    }
    return true;
  }

  std::int64_t given() const { return given_; }
  const std::vector<cv::Rect>& uses() const { return uses_; }

 private:
  VideoInfo info_;
  std::int64_t frames_;
  int brighter_;  // in one pixel of the last frame's region
  std::int64_t given_ = 0;
  std::vector<cv::Rect> uses_;
};

TEST(CheckRegion, CountsTheFramesAndThoseThatCameAsTheRegionAlone) {
  GrayFrames whole(5);
  GrayFrames part(5);
  const RegionCheck check = CheckRegion(whole, part, kBox, 4);
  EXPECT_EQ(check.frames, 4);
  EXPECT_EQ(check.patches, 4);
  EXPECT_TRUE(whole.uses().empty());
  GrayFrames again(5);
  GrayFrames end(5);
  EXPECT_EQ(CheckRegion(again, end, kBox, 9).frames, 5);
}

TEST(CheckRegion, RefusesOtherBitsInAnyFrame) {
  GrayFrames whole(3);
  GrayFrames part(3, /*brighter=*/1);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                    [&] { CheckRegion(whole, part, kBox, 3); }),
              HasSubstr("other bits than that of whole frames, in frame 2"));
}

TEST(CheckRegion, RefusesWhatEndsEarlier) {
  GrayFrames whole(3);
  GrayFrames part(2);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInvalidArgument,
                                    [&] { CheckRegion(whole, part, kBox, 9); }),
              HasSubstr("in frame 2"));
}

TEST(TimeDecoding, AsksForTheRegionAfterTheFirstFrameAndCountsThoseAfterIt) {
  GrayFrames source(9);
  EXPECT_EQ(TimeDecoding(source, 4, kBox).frames, 3);
  EXPECT_EQ(source.given(), 4);
  EXPECT_THAT(source.uses(), ::testing::ElementsAre(kBox));
  GrayFrames shorter(2);
  EXPECT_EQ(TimeDecoding(shorter, 9).frames, 1);
  EXPECT_THAT(shorter.uses(), ::testing::ElementsAre(cv::Rect()));
}

}  // namespace
}  // namespace mestr::internal
