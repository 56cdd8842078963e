#include "synth/timeline.h"

#include <cmath>
#include <numeric>

#include "mestr/core/error.h"
#include "support/test_support.h"

namespace mestr::internal::synth {
namespace {

using ::mestr::testing::ErrorMessage;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

SynthClipOptions LongClip(double fps) {
  SynthClipOptions options;
  options.fps = fps;
  options.seconds = 1200;
  options.expressions = 500;
  return options;
}

std::vector<PlannedExpression> Plan(const SynthClipOptions& options, std::uint64_t seed = 3) {
  options.Check();
  Random random(seed);
  return PlanExpressions(options, random);
}

// From onset to offset.
std::vector<double> Lengths(const std::vector<PlannedExpression>& planned) {
  std::vector<double> lengths;
  lengths.reserve(planned.size());
  for (const auto& p : planned) {
    lengths.push_back(static_cast<double>(p.truth.frames.offset - p.truth.frames.onset));
  }
  return lengths;
}

double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(PlanExpressions, LengthsAt30FpsAreThoseOfCas) {
  const auto lengths = Lengths(Plan(LongClip(30)));
  EXPECT_THAT(lengths, SizeIs(500));
  EXPECT_THAT(lengths, Each(AllOf(Ge(8), Le(16))));
  EXPECT_NEAR(MeanOf(lengths), 12.6, 0.3);
}

TEST(PlanExpressions, LengthsAt200FpsAreThoseOfSamm) {
  const auto lengths = Lengths(Plan(LongClip(200)));
  EXPECT_THAT(lengths, Each(AllOf(Ge(29), Le(100))));
  EXPECT_NEAR(MeanOf(lengths), 73.3, 3);
}

TEST(PlanExpressions, StayWithinTheClipAndKeepTheGap) {
  for (const double fps : {10.0, 25.0, 60.0, 200.0}) {
    SynthClipOptions options;
    options.fps = fps;
    options.seconds = 9;
    options.gap_s = 0.7;
    options.expressions = static_cast<int>(MostExpressions(options));
    ASSERT_GT(*options.expressions, 3);
    const auto gap = static_cast<std::int64_t>(std::ceil(options.gap_s * fps));
    std::int64_t free_from = gap;
    for (const auto& p : Plan(options)) {
      EXPECT_GE(p.truth.frames.onset, free_from);
      EXPECT_LT(p.truth.frames.onset, p.truth.apex);
      EXPECT_LE(p.truth.apex, p.hold_end);
      EXPECT_LT(p.hold_end, p.truth.frames.offset);
      free_from = p.truth.frames.offset + 1 + gap;
    }
    EXPECT_LE(free_from, FrameCount(options));
  }
}

TEST(PlanExpressions, MoreThanFitIsRefused) {
  SynthClipOptions options;
  options.seconds = 3;
  options.expressions = 3;
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig, [&] { options.Check(); }),
              HasSubstr("expressions is 3; at most 2 fit in 3 s with gap_s 0.5"));
  options.expressions = 2;
  EXPECT_THAT(Plan(options), SizeIs(2));
}

TEST(PlanExpressions, DensityIsKeptOnAverage) {
  SynthClipOptions options;
  options.seconds = 10;
  options.expressions_per_minute = 6;
  std::size_t sum = 0;
  std::size_t empty = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::size_t count = Plan(options, seed).size();
    sum += count;
    empty += count == 0 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(sum) / 1000, 1, 0.15);
  EXPECT_NEAR(static_cast<double>(empty) / 1000, std::exp(-1.0), 0.06);
}

TEST(PlanExpressions, ThreeOfEqualWeightAreOneOfEachClass) {
  SynthClipOptions options;
  options.expressions = 3;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::array<int, kSynthEmotionCount> counts = {};
    for (const auto& p : Plan(options, seed)) ++counts[static_cast<int>(p.truth.emotion)];
    EXPECT_EQ(counts, (std::array<int, kSynthEmotionCount>{1, 1, 1})) << seed;
  }
}

TEST(PlanExpressions, ClassesFollowTheirWeights) {
  SynthClipOptions options = LongClip(30);
  options.class_weights = {3, 0, 1};
  std::array<int, kSynthEmotionCount> counts = {};
  for (const auto& p : Plan(options)) ++counts[static_cast<int>(p.truth.emotion)];
  EXPECT_NEAR(counts[0], 375, 1);
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[2], 125, 1);
}

TEST(PlannedExpression, RisesToTheApexAndFallsToTheOffset) {
  for (const auto& p : Plan(LongClip(60))) {
    const Interval& frames = p.truth.frames;
    EXPECT_EQ(p.Activation(frames.onset - 1), 0);
    EXPECT_EQ(p.Activation(frames.onset), 0);
    EXPECT_EQ(p.Activation(p.truth.apex), 1);
    EXPECT_EQ(p.Activation(frames.offset), 0);
    EXPECT_EQ(p.Activation(frames.offset + 1), 0);
    for (std::int64_t i = frames.onset; i < p.truth.apex; ++i) {
      EXPECT_LT(p.Activation(i), p.Activation(i + 1));
    }
    for (std::int64_t i = p.hold_end; i < frames.offset; ++i) {
      EXPECT_GT(p.Activation(i), p.Activation(i + 1));
    }
    // Onsets are faster than offsets.
    EXPECT_LE(p.truth.apex - frames.onset, frames.offset - p.truth.apex);
  }
}

TEST(PlanBlinks, LastAsLongAsRealOnesAndNeverOverlap) {
  SynthClipOptions options;
  options.blinks_per_minute = 60;
  Random random(5);
  const auto blinks = PlanBlinks(options, 600, random);
  EXPECT_NEAR(static_cast<double>(blinks.size()), 600, 30);
  double free_from = 0;
  for (const PlannedBlink& blink : blinks) {
    EXPECT_GE(blink.start_s, free_from);
    EXPECT_GE(blink.length_s, 0.1);
    EXPECT_LE(blink.length_s, 0.4);
    EXPECT_EQ(blink.Closure(blink.start_s), 0);
    EXPECT_EQ(blink.Closure(blink.start_s + 0.35 * blink.length_s), blink.depth);
    EXPECT_NEAR(blink.Closure(blink.start_s + blink.length_s), 0, 1e-9);
    free_from = blink.start_s + blink.length_s;
  }
  EXPECT_LE(free_from, 600);
}

TEST(PlanDistractors, ZeroTurnsThemOff) {
  SynthClipOptions options;
  options.blinks_per_minute = 0;
  options.gaze_crop_px = 0;
  Random random(5);
  EXPECT_THAT(PlanBlinks(options, 600, random), IsEmpty());
  EXPECT_THAT(PlanGaze(options, 600, random), IsEmpty());
}

TEST(SlowWave, StaysWithinOneAndMoves) {
  Random random(9);
  const SlowWave wave(random);
  double low = 0;
  double high = 0;
  for (int i = 0; i < 1200; ++i) {
    const double t = 0.1 * i;
    low = std::min(low, wave.At(t));
    high = std::max(high, wave.At(t));
    // A head's drift: slow against a micro-expression, which covers its whole way in 0.1 to 0.2 s.
    EXPECT_LT(std::abs(wave.At(t + 0.1) - wave.At(t)), 0.25);
  }
  EXPECT_GE(low, -1);
  EXPECT_LE(high, 1);
  EXPECT_GT(high - low, 0.8);
}

}  // namespace
}  // namespace mestr::internal::synth
