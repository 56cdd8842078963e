#include "pipeline/motion.h"

#include <opencv2/core.hpp>

#include "mestr/config/config.h"
#include "mestr/pipeline/analyzer.h"
#include "pipeline/small_run.h"
#include "support/moving_person.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kSide_px = 128;

cv::Mat Even(float value) { return {kSide_px, kSide_px, CV_32F, cv::Scalar::all(value)}; }

TEST(MotionOfAFlow, OfAHeadIsNone) { EXPECT_FLOAT_EQ(MotionOf(Even(3), Even(-2)), 0); }

TEST(MotionOfAFlow, IsThatOfAPartOfTheFaceAgainstTheRest) {
  cv::Mat u = Even(1);
  u(cv::Rect(16, 80, 48, 32)).setTo(1.8);  // 24 of 256 blocks
  EXPECT_NEAR(MotionOf(u, Even(0)), 0.8, 1e-6);
  u.setTo(1);
  u(cv::Rect(16, 80, 16, 16)).setTo(9);  // 4 blocks: less than 5 in a hundred
  EXPECT_NEAR(MotionOf(u, Even(0)), 0, 1e-6);
}

TEST(MotionOfAFlow, AveragesNoiseOut) {
  cv::Mat u = Even(0);
  cv::RNG random(1);
  random.fill(u, cv::RNG::NORMAL, 0, 0.5);
  EXPECT_LT(MotionOf(u, u), 0.25);  // 0.5 / 8 a block and direction, two of them, 95 of 100
}

TEST(MotionOfAFlow, OfACropWithoutABlockIsNone) {
  const cv::Mat small(7, 7, CV_32F, cv::Scalar::all(4));
  EXPECT_EQ(MotionOf(small, small), 0);
}

// A photograph in front of a camera: the same picture with other noise in each frame.
class Photograph : public FrameSource {
 public:
  Photograph() : picture_(testing::Somebody().image_bgr) { info_.fps = testing::kClipFps; }
  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override {
    if (next_ == 90) return false;
    cv::Mat noise(picture_.size(), CV_16SC3);
    random_.fill(noise, cv::RNG::NORMAL, 0, 6);
    cv::Mat noisy;
    cv::add(picture_, noise, noisy, cv::noArray(), CV_8UC3);
    frame.image_bgr = noisy;
    frame.index = next_;
    frame.time_s = static_cast<double>(next_++) / testing::kClipFps;
    return true;
  }

 private:
  cv::Mat picture_;
  cv::RNG random_{7};
  VideoInfo info_;
  std::int64_t next_ = 0;
};

const VideoKey kVideo{.dataset = {}, .subject = {}, .video = "clip"};

Analysis Analyze(FrameSource&& source, AlignmentMode alignment, double min_px,
                 double min_to_noise) {
  AnalyzerOptions options = testing::DemoAnalyzer();
  options.config.face.alignment = alignment;
  options.config.spot.min_motion_px = min_px;
  options.config.spot.min_motion_to_noise = min_to_noise;
  return Analyzer(options).Analyze(source, kVideo);
}

// The values of configs/demo.yaml. Cut with one box, so that the noise is the camera's alone.
TEST(MotionOfAVideo, APhotographHasNoFindWhereItIsAskedFor) {
  constexpr auto kCrop = AlignmentMode::kCrop;
  EXPECT_THAT(Analyze(Photograph(), kCrop, 0, 0).spotting.intervals, Not(IsEmpty()));
  const Analysis asked = Analyze(Photograph(), kCrop, 0.25, 2.3);
  EXPECT_THAT(asked.spotting.intervals, IsEmpty());
  EXPECT_EQ(asked.scores.motion_px.size(), asked.scores.size());
}

TEST(MotionOfAVideo, APhotographHasNoFindAsAUsersOwnVideo) {
  AnalyzerOptions options = testing::SmallAnalyzer();
  options.config = LoadConfig({"demo"}, {});
  Photograph photograph;
  const Analysis analysis = Analyzer(options).Analyze(photograph, kVideo);
  EXPECT_EQ(analysis.FramesNotJudged(), 0);
  EXPECT_THAT(analysis.spotting.intervals, IsEmpty());
}

TEST(MotionOfAVideo, AClearExpressionHasIt) {
  constexpr auto kSimilarity = AlignmentMode::kSimilarity;
  const auto clip = [] { return testing::SyntheticSource(testing::ClearClip()); };
  const Analysis all = Analyze(clip(), kSimilarity, 0, 0);
  const Analysis asked = Analyze(clip(), kSimilarity, 0.25, 2.3);
  ASSERT_FALSE(all.spotting.intervals.empty());
  ASSERT_EQ(asked.spotting.intervals.size(), all.spotting.intervals.size());
  EXPECT_EQ(asked.spotting.intervals.front().peak, all.spotting.intervals.front().peak);
}

}  // namespace
}  // namespace mestr::internal
