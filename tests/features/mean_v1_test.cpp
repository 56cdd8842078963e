#include "features/mean_v1.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "mestr/model/network.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

// A flow field of the crop's size, u and v from functions of (x, y).
class Flow {
 public:
  template <typename U, typename V>
  Flow(U u, V v) : u_(kPixels), v_(kPixels) {
    for (int y = 0; y < kCropSide; ++y) {
      for (int x = 0; x < kCropSide; ++x) {
        u_[y * kCropSide + x] = static_cast<float>(u(x, y));
        v_[y * kCropSide + x] = static_cast<float>(v(x, y));
      }
    }
  }
  ImageView<const float> u() const { return {u_.data(), kCropSide, kCropSide, kCropSide}; }
  ImageView<const float> v() const { return {v_.data(), kCropSide, kCropSide, kCropSide}; }

 private:
  static constexpr int kPixels = kCropSide * kCropSide;
  std::vector<float> u_;
  std::vector<float> v_;
};

// A plain frontal face: brows at y 30, eyes down to 50, mouth 85 to 105.
Landmarks FrontalFace() {
  Landmarks landmarks;
  landmarks.fill({64, 64});
  landmarks[17] = {20, 35};
  landmarks[26] = {108, 35};
  landmarks[19] = {35, 30};
  landmarks[24] = {93, 32};
  landmarks[41] = {40, 50};
  landmarks[46] = {90, 48};
  landmarks[60] = {45, 92};
  landmarks[64] = {83, 92};
  landmarks[50] = {60, 85};
  landmarks[57] = {64, 105};
  return landmarks;
}

TEST(RoisFromLandmarks, PutsTwelvePixelsAroundBrowsEyesAndMouth) {
  const FeatureRois rois = RoisFromLandmarks(FrontalFace());
  EXPECT_EQ(rois.eyes, cv::Rect(cv::Point(8, 18), cv::Point(120, 62)));
  EXPECT_EQ(rois.mouth, cv::Rect(cv::Point(33, 73), cv::Point(95, 117)));
}

TEST(RoisFromLandmarks, ClipsToTheCrop) {
  Landmarks landmarks = FrontalFace();
  landmarks[17].x = 3;
  landmarks[26].x = 140;
  landmarks[19].y = -5;
  landmarks[57].y = 127;
  const FeatureRois rois = RoisFromLandmarks(landmarks);
  EXPECT_EQ(rois.eyes, cv::Rect(cv::Point(0, 0), cv::Point(128, 62)));
  EXPECT_EQ(rois.mouth.br().y, 128);
}

TEST(RoisFromLandmarks, RefusesAFaceThatIsNotInTheCrop) {
  Landmarks landmarks = FrontalFace();
  for (auto& point : landmarks) point.x += 400;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { RoisFromLandmarks(landmarks); }),
              HasSubstr("eye region"));
}

TEST(OpticalStrain, IsZeroForATranslation) {
  const Flow flow([](int, int) { return 1.5; }, [](int, int) { return -0.5; });
  std::vector<float> strain(kCropSide * kCropSide, 9);
  OpticalStrain(flow.u(), flow.v(), {strain.data(), kCropSide, kCropSide, kCropSide});
  EXPECT_THAT(strain, Each(0.0F));
}

TEST(OpticalStrain, MeasuresStretchAndShearWithBackwardDifferences) {
  // u_x = 0.3, v_y = -0.4, u_y = 0.1, v_x = 0.1.
  const Flow flow([](int x, int y) { return 0.3 * x + 0.1 * y; },
                  [](int x, int y) { return 0.1 * x - 0.4 * y; });
  std::vector<float> strain(kCropSide * kCropSide);
  OpticalStrain(flow.u(), flow.v(), {strain.data(), kCropSide, kCropSide, kCropSide});
  constexpr double kTolerance = 1e-5;  // differences of floats near 50
  const auto at = [&](int x, int y) { return strain[y * kCropSide + x]; };
  EXPECT_NEAR(at(5, 7), std::sqrt(0.09 + 0.16 + 0.02), kTolerance);
  EXPECT_NEAR(at(0, 7), std::sqrt(0.16 + 0.005),
              kTolerance);  // no x difference in the first column
  EXPECT_NEAR(at(5, 0), std::sqrt(0.09 + 0.005), kTolerance);
  EXPECT_NEAR(at(0, 0), 0, kTolerance);
}

TEST(ComputeFeatures, NormalisesOverTheWholeCropAndStacksEyesAboveMouth) {
  const Flow flow([](int x, int) { return x; }, [](int, int y) { return -y; });
  const FeatureRois rois = RoisFromLandmarks(FrontalFace());
  std::vector<float> features(kFeatureValues);
  ComputeFeatures(flow.u(), flow.v(), rois, features);
  const auto at = [&](int c, int y, int x) {
    return features[(c * kFeatureSide + y) * kFeatureSide + x];
  };
  constexpr double kTolerance = 1e-5;
  // Centre of the first resized pixel: left + (0.5 * width / 42 - 0.5), u = x / 127.
  EXPECT_NEAR(at(0, 10, 0), (8 + 0.5 * 112 / 42 - 0.5) / 127, kTolerance);
  EXPECT_NEAR(at(0, 30, 0), (33 + 0.5 * 62 / 42 - 0.5) / 127, kTolerance);
  EXPECT_NEAR(at(1, 0, 5), 1 - (18 + 0.5 * 44 / 21 - 0.5) / 127, kTolerance);
  EXPECT_NEAR(at(1, 21, 5), 1 - (73 + 0.5 * 44 / 21 - 0.5) / 127, kTolerance);
}

TEST(ComputeFeatures, GivesZerosForAStillPair) {
  const Flow flow([](int, int) { return 0; }, [](int, int) { return 0; });
  std::vector<float> features(kFeatureValues, 7);
  ComputeFeatures(flow.u(), flow.v(), RoisFromLandmarks(FrontalFace()), features);
  EXPECT_THAT(features, Each(0.0F));
}

TEST(ComputeFeatures, RefusesOtherSizes) {
  const Flow flow([](int, int) { return 0; }, [](int, int) { return 0; });
  std::vector<float> features(kFeatureValues - 1);
  EXPECT_THAT(
      testing::ErrorMessage(
          ErrorKind::kInvalidArgument,
          [&] { ComputeFeatures(flow.u(), flow.v(), RoisFromLandmarks(FrontalFace()), features); }),
      HasSubstr("3 x 42 x 42"));
}

TEST(ComputeFeatures, EqualsThePublishedBaseline) {
  MESTR_GOLDEN_OR_SKIP(path, "features.json");
  constexpr double kMaxError = 5e-4;
  constexpr double kMeanError = 5e-5;
  int cases = 0;
  for (const auto& golden : testing::ReadJson(path)) {
    const auto folder = path.parent_path();
    const auto uv = testing::ReadFloats(folder / golden.at("flow").at("file"));
    const auto expected = testing::ReadFloats(folder / golden.at("features").at("file"));
    ASSERT_EQ(uv.size(), 2U * kCropSide * kCropSide);
    ASSERT_EQ(expected.size(), static_cast<std::size_t>(kFeatureValues));
    const Flow flow([&](int x, int y) { return uv[2 * (y * kCropSide + x)]; },
                    [&](int x, int y) { return uv[2 * (y * kCropSide + x) + 1]; });
    Landmarks landmarks;
    for (std::size_t i = 0; i < landmarks.size(); ++i) {
      landmarks[i] = {golden.at("landmarks")[i][0], golden.at("landmarks")[i][1]};
    }
    std::vector<float> features(kFeatureValues);
    ComputeFeatures(flow.u(), flow.v(), RoisFromLandmarks(landmarks), features);
    double sum = 0;
    for (int c = 0; c < kFeatureChannels; ++c) {
      for (int i = 0; i < kFeatureSide * kFeatureSide; ++i) {
        const double error = std::abs(features[c * kFeatureSide * kFeatureSide + i] -
                                      expected[i * kFeatureChannels + c]);
        EXPECT_LE(error, kMaxError);
        sum += error;
      }
    }
    EXPECT_LE(sum / kFeatureValues, kMeanError) << golden.at("a");
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace mestr::internal
