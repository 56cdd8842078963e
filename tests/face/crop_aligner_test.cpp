#include "face/crop_aligner.h"

#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "support/moving_person.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::kPersonFps;
using testing::MovingPerson;

constexpr int kCropSide = CropSpec{}.side_px;

class CropAlignment : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { finder_ = std::make_unique<FaceFinder>(FindLandmarkModel({})); }
  static void TearDownTestSuite() { finder_.reset(); }
  static std::unique_ptr<FaceFinder> finder_;
  MovingPerson person_;
};
std::unique_ptr<FaceFinder> CropAlignment::finder_;

TEST_F(CropAlignment, CutsEveryFrameWithTheFirstBox) {
  CropAligner aligner({}, {}, *finder_, kPersonFps);
  std::vector<AlignedFrame> frames;
  const auto sink = [&](AlignedFrame frame) { frames.push_back(std::move(frame)); };
  for (int i = 0; i < 4; ++i) aligner.Push(person_.At(i, 0.2 * i), sink);
  ASSERT_EQ(frames.size(), 4U);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(frames[i].index, i);
    EXPECT_EQ(frames[i].time_s, i / kPersonFps);
    EXPECT_EQ(frames[i].landmarks.has_value(), i == 0);
  }
  EXPECT_EQ(aligner.track().first_frame, 0);
  EXPECT_EQ(aligner.track().end_frame, 4);
  const cv::Mat frame = person_.At(3, 0.2 * 3).image_bgr;
  cv::Mat crop;
  cv::resize(frame(aligner.track().box), crop, {kCropSide, kCropSide});
  std::vector<unsigned char> jpeg;
  cv::imencode(".jpg", crop, jpeg, {cv::IMWRITE_JPEG_QUALITY, 95});
  EXPECT_EQ(cv::norm(frames[3].crop, cv::imdecode(jpeg, cv::IMREAD_GRAYSCALE), cv::NORM_INF), 0);
}

TEST_F(CropAlignment, NeedsNoMoreThanItsRegionOnceAFaceIsFound) {
  CropAligner whole({}, {}, *finder_, kPersonFps);
  CropAligner cut({}, {}, *finder_, kPersonFps);
  std::vector<cv::Mat> crops;
  const auto sink = [&](const AlignedFrame& frame) { crops.push_back(frame.crop); };
  cut.Push(person_.Empty(0), sink);
  EXPECT_TRUE(cut.region().empty());
  whole.Push(person_.Empty(0), sink);
  for (int i = 1; i < 4; ++i) {
    Frame frame = person_.At(i, 0.2 * i);
    whole.Push(frame, sink);
    if (!cut.region().empty()) {
      frame.patch_bgr = frame.image_bgr(cut.region()).clone();
      frame.patch_origin = cut.region().tl();
      frame.image_bgr = cv::Mat();
    }
    cut.Push(frame, sink);
    EXPECT_EQ(cut.region(), whole.track().crop_box);
  }
  ASSERT_EQ(crops.size(), 6U);
  for (std::size_t i = 0; i < crops.size(); i += 2) {
    EXPECT_EQ(cv::norm(crops[i], crops[i + 1], cv::NORM_INF), 0) << i;
  }
}

TEST_F(CropAlignment, LooksOnUntilAFaceIsFound) {
  CropAligner aligner({}, {}, *finder_, kPersonFps);
  std::vector<std::int64_t> indices;
  const auto sink = [&](const AlignedFrame& frame) { indices.push_back(frame.index); };
  for (int i = 0; i < 5; ++i) aligner.Push(person_.Empty(i), sink);
  EXPECT_FALSE(aligner.found());
  for (int i = 5; i < 8; ++i) aligner.Push(person_.At(i), sink);
  EXPECT_TRUE(aligner.found());
  EXPECT_THAT(indices, ::testing::ElementsAre(5, 6, 7));
  EXPECT_EQ(aligner.track().first_frame, 5);
  EXPECT_EQ(aligner.track().end_frame, 8);
}

}  // namespace
}  // namespace mestr::internal
