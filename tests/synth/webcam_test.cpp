#include "synth/webcam.h"

#include <opencv2/core.hpp>

#include "support/test_support.h"

namespace mestr::internal::synth {
namespace {

constexpr int kFrames = 40;
const cv::Size kSize(160, 120);

std::vector<cv::Mat> GrayFrames(Webcam& webcam, int level) {
  std::vector<cv::Mat> frames;
  for (int i = 0; i < kFrames; ++i) {
    cv::Mat picture(kSize, CV_8UC3, cv::Scalar::all(level));
    webcam.Expose(picture);
    frames.push_back(picture);
  }
  return frames;
}

double Deviation(const cv::Mat& picture) {
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(picture, mean, deviation);
  return deviation[1];
}

TEST(Webcam, NoiseHasTheAskedSigmaAndPartlyStays) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Webcam webcam(kSize, 30, kFrames, 4, Random(seed));
    EXPECT_EQ(webcam.noise_gray(), 4);
    const std::vector<cv::Mat> frames = GrayFrames(webcam, 128);
    EXPECT_NEAR(Deviation(frames[20]), 4, 0.6);
    cv::Mat difference;
    cv::subtract(frames[21], frames[20], difference, {}, CV_16SC3);
    EXPECT_LT(Deviation(difference), 4 * std::sqrt(2 * (1 - 0.15)));
    EXPECT_GT(Deviation(difference), 1);
  }
}

TEST(Webcam, DarkPicturesAreNoisier) {
  Webcam bright(kSize, 30, kFrames, 4, Random(1));
  Webcam dark(kSize, 30, kFrames, 4, Random(1));
  EXPECT_GT(Deviation(GrayFrames(dark, 50)[9]), 1.2 * Deviation(GrayFrames(bright, 150)[9]));
}

TEST(Webcam, TheLightStaysWithinATenthAndChanges) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Webcam webcam(kSize, 30, kFrames, 0, Random(seed));
    double least = 255;
    double most = 0;
    for (const cv::Mat& frame : GrayFrames(webcam, 128)) {
      const double level = cv::mean(frame)[1];
      least = std::min(least, level);
      most = std::max(most, level);
    }
    EXPECT_GT(most, least) << seed;
    EXPECT_GT(least, 128 * 0.85) << seed;
    EXPECT_LT(most, 128 * 1.15) << seed;
  }
}

TEST(Webcam, DroppedFramesShowTheOneBefore) {
  int dropped = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Webcam webcam(kSize, 30, 300, 1, Random(seed));
    for (std::int64_t i = 0; i < 300; ++i) {
      EXPECT_TRUE(webcam.ShownFrame(i) == i || (i > 0 && webcam.ShownFrame(i) == i - 1));
      dropped += webcam.ShownFrame(i) == i ? 0 : 1;
    }
  }
  EXPECT_GT(dropped, 0);
  EXPECT_LT(dropped, 20 * 300 / 100);
}

TEST(Webcam, SameSeedGivesTheSamePictures) {
  Webcam a(kSize, 30, kFrames, std::nullopt, Random(7));
  Webcam b(kSize, 30, kFrames, std::nullopt, Random(7));
  EXPECT_EQ(cv::norm(GrayFrames(a, 90)[30], GrayFrames(b, 90)[30], cv::NORM_INF), 0);
}

}  // namespace
}  // namespace mestr::internal::synth
