#include "mestr/spot/evidence.h"

#include <cmath>
#include <vector>

#include "mestr/core/error.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

constexpr Interval kStretch = {0, 99};
constexpr Interval kInterval = {40, 49};

struct Signals {
  std::vector<float> motion = std::vector<float>(100, 0.2F);
  std::vector<float> eyes = std::vector<float>(100, 0.3F);
  std::vector<float> mouth = std::vector<float>(100, 2.0F);
  std::vector<float> head = std::vector<float>(100, 0.5F);

  FaceSignals View() const { return {motion, eyes, mouth, head}; }
};

Evidence Of(const Signals& signals, double score = 0.9, const EvidenceWeights& weights = {}) {
  return EvidenceOf(kInterval, score, {kStretch, MotionNoise_px(signals.motion), 30},
                    signals.View(), weights);
}

TEST(Evidence, WithoutCalibrationIsTheScore) {
  for (const double score : {0.001, 0.3, 0.5, 0.99}) {
    EXPECT_NEAR(Of({}, score).value, score, 1e-9);
  }
}

TEST(Evidence, MeasuresTheMotionAgainstTheStretchsNoise) {
  Signals signals;
  signals.motion[45] = 1.6F;
  const Evidence evidence = Of(signals);
  EXPECT_FLOAT_EQ(static_cast<float>(evidence.motion_px), 1.6F);
  EXPECT_NEAR(evidence.motion_to_noise, 8, 1e-5);
}

TEST(Evidence, OfAPictureThatStandsStillHasFiniteMotionToNoise) {
  Signals signals;
  signals.motion.assign(100, 0);
  EXPECT_EQ(Of(signals).motion_to_noise, 0);
}

TEST(Evidence, NoiseIsWhatATenthDoesNotExceed) {
  std::vector<float> motion;
  for (int i = 0; i <= 100; ++i) motion.push_back(static_cast<float>(i));
  EXPECT_NEAR(MotionNoise_px(motion), 10, 1e-6);
  EXPECT_EQ(MotionNoise_px({}), 0);
}

TEST(Evidence, SaysWhatElseMovedThen) {
  Signals signals;
  for (int i = 40; i < 50; ++i) {
    signals.head[i] = 3;
    signals.mouth[i] = i % 2 == 0 ? 2.0F : 5.0F;
  }
  const Evidence evidence = Of(signals);
  EXPECT_DOUBLE_EQ(evidence.head_px_s, 90);
  EXPECT_DOUBLE_EQ(evidence.mouth_px_s, 90);
  EXPECT_EQ(ContextText(evidence), "head+speech");
  EXPECT_FALSE(evidence.blink);
}

TEST(Evidence, ABlinkIsAnEyeThatShutsFurtherThanUsual) {
  Signals signals;
  signals.eyes[44] = 0.2F;
  EXPECT_FALSE(Of(signals).blink);
  signals.eyes[44] = 0.18F;
  EXPECT_TRUE(Of(signals).blink);
  EXPECT_EQ(ContextText(Of(signals)), "blink");
  signals.eyes[44] = 0.3F;
  signals.eyes[60] = 0.05F;  // outside of the interval
  EXPECT_FALSE(Of(signals).blink);
}

TEST(Evidence, WeighsTheTerms) {
  Signals signals;
  signals.motion[45] = 0.8F;  // four times the noise
  signals.eyes[44] = 0.1F;
  signals.head.assign(100, 1);
  const EvidenceWeights weights = {
      .bias = -1, .score = 0.5, .motion = 2, .head = -0.25, .mouth = -5, .blink = -3};
  const double logit = std::log(0.9 / 0.1);
  const double sum = -1 + 0.5 * logit + 2 * 2 - 0.25 * 1 - 3;
  EXPECT_NEAR(Of(signals, 0.9, weights).value, 1 / (1 + std::exp(-sum)), 1e-5);
}

TEST(Evidence, WithoutSignalsRestsOnTheScoreAlone) {
  const Evidence evidence = EvidenceOf(kInterval, 0.7, {kStretch, 0, 30}, {}, {});
  EXPECT_NEAR(evidence.value, 0.7, 1e-9);
  EXPECT_EQ(evidence.motion_px, 0);
  EXPECT_FALSE(evidence.blink);
}

TEST(Evidence, RefusesSignalsThatEndBeforeTheInterval) {
  Signals signals;
  signals.head.resize(45);
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInvalidArgument, [&] { Of(signals); }),
            "EvidenceOf: frames outside of the signals");
}

}  // namespace
}  // namespace mestr::internal
