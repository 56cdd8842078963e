#include "synth/performance.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "support/test_support.h"

namespace mestr::internal::synth {
namespace {

using ::testing::IsEmpty;

// A face on which each unit at its full moves the skin by 12 px.
UnitScale PlainFace() {
  return UnitScale([](const FaceState& state) {
    float most = 0;
    for (const float unit : state.units) most = std::max(most, std::abs(unit));
    return 12.0 * most;
  });
}

PerformanceOptions Options(Context context, std::uint64_t seed = 1) {
  PerformanceOptions options;
  options.seed = seed;
  options.context = context;
  options.frames = 900;
  return options;
}

Performance Perform(const PerformanceOptions& options) { return {options, PlainFace()}; }

std::vector<FaceEvent> EventsOf(const Performance& performance, EventKind kind) {
  std::vector<FaceEvent> events;
  for (const FaceEvent& event : performance.events()) {
    if (event.kind == kind) events.push_back(event);
  }
  return events;
}

// What the units of two states differ by, px.
double Apart(const Performance& performance, std::int64_t a, std::int64_t b) {
  FaceState state = performance.StateAt(a);
  const FaceState other = performance.StateAt(b);
  for (std::size_t i = 0; i < kUnitCount; ++i) state.units[i] -= other.units[i];
  double most = 0;
  for (const float unit : state.units) most = std::max<double>(most, std::abs(unit));
  return 12 * most;
}

// Mean motion of the head from frame to frame, degrees.
double HeadMotion(const Performance& performance, std::int64_t frames) {
  double sum = 0;
  for (std::int64_t i = 1; i < frames; ++i) {
    const FaceState a = performance.StateAt(i - 1);
    const FaceState b = performance.StateAt(i);
    sum += std::abs(b.yaw_rad - a.yaw_rad) + std::abs(b.pitch_rad - a.pitch_rad) +
           std::abs(b.roll_rad - a.roll_rad);
  }
  return sum / static_cast<double>(frames - 1) * 180 / kPi;
}

TEST(Performance, AFrozenFaceMovesInMicroExpressionsAlone) {
  const Performance performance = Perform(Options(Context::kFrozen));
  const std::vector<FaceEvent> micro = EventsOf(performance, EventKind::kMicro);
  ASSERT_GT(micro.size(), 2U);
  EXPECT_EQ(micro.size(), performance.events().size());
  double rest_s = 0;  // until a rest has faded
  for (std::int64_t i = 1; i < 900; ++i) {
    bool within = static_cast<double>(i) / 30 <= rest_s;
    for (const FaceEvent& event : micro) {
      if (i > event.frames.onset && i <= event.frames.offset) within = true;
      if (i == event.frames.offset && event.envelope.rest > 0) {
        rest_s = event.envelope.offset_s + event.envelope.fade_s + 0.05;
      }
    }
    if (within) continue;
    EXPECT_EQ(performance.StateAt(i).units, performance.StateAt(i - 1).units) << i;
  }
}

TEST(Performance, MicroExpressionsReachTheirSizeAtTheApexAndAreBackAtTheOffset) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Performance performance = Perform(Options(Context::kFrozen, seed));
    double fading_s = 0;
    for (const FaceEvent& event : EventsOf(performance, EventKind::kMicro)) {
      const double onset_s = event.envelope.onset_s;
      EXPECT_GE(event.px200, 1);
      EXPECT_LE(event.px200, 4);
      EXPECT_LT(event.frames.onset, event.apex);
      EXPECT_LT(event.apex, event.frames.offset);
      const double length_s =
          static_cast<double>(event.frames.offset - event.frames.onset) / Options({}).fps;
      EXPECT_GE(length_s, 0.16);
      EXPECT_LE(length_s, 0.51);
      if (onset_s > fading_s) {
        EXPECT_NEAR(Apart(performance, event.frames.onset, event.apex), event.px200, 1e-3);
        EXPECT_NEAR(Apart(performance, event.frames.onset, event.frames.offset),
                    event.px200 * event.envelope.rest, 1e-3);
      }
      if (event.envelope.rest > 0) {
        fading_s = event.envelope.offset_s + event.envelope.fade_s;
      }
    }
  }
}

TEST(Performance, MicroExpressionsKeepTheGapAndTheCount) {
  PerformanceOptions options = Options(Context::kLively);
  options.expressions = 9;
  options.gap_s = 1;
  const Performance performance = Perform(options);
  const std::vector<FaceEvent> micro = EventsOf(performance, EventKind::kMicro);
  ASSERT_EQ(micro.size(), 9U);
  std::int64_t free_from = 0;
  for (const FaceEvent& event : micro) {
    EXPECT_GE(event.frames.onset - free_from, 30);
    free_from = event.frames.offset + 1;
  }
  EXPECT_LE(free_from + 30, options.frames);
}

TEST(Performance, WeightsChooseTheClasses) {
  PerformanceOptions options = Options(Context::kStill);
  options.expressions = 10;
  options.class_weights = {0, 3, 1};
  std::array<int, kSynthEmotionCount> count = {};
  for (const FaceEvent& event : EventsOf(Perform(options), EventKind::kMicro)) {
    ++count[static_cast<int>(*event.emotion)];
  }
  EXPECT_EQ(count[0], 0);
  EXPECT_NEAR(count[1], 7.5, 0.6);
}

TEST(Performance, ContextsGoFromStillToLively) {
  std::array<double, kContextCount> motion = {};
  std::array<double, kContextCount> speech_s = {};
  std::array<std::size_t, kContextCount> macro = {};
  for (int context = 0; context < kContextCount; ++context) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const Performance performance = Perform(Options(static_cast<Context>(context), seed));
      motion[context] += HeadMotion(performance, 900) / 12;
      macro[context] += EventsOf(performance, EventKind::kMacro).size();
      for (const FaceEvent& event : EventsOf(performance, EventKind::kSpeech)) {
        speech_s[context] += (event.envelope.offset_s - event.envelope.onset_s) / 12;
      }
    }
  }
  const auto at = [](Context context) { return static_cast<int>(context); };
  EXPECT_EQ(motion[at(Context::kFrozen)], 0);
  EXPECT_GT(motion[at(Context::kStill)], 0);
  EXPECT_GT(motion[at(Context::kCalm)], 1.5 * motion[at(Context::kStill)]);
  EXPECT_GT(motion[at(Context::kSpeaking)], 1.2 * motion[at(Context::kCalm)]);
  EXPECT_GT(motion[at(Context::kLively)], 1.2 * motion[at(Context::kCalm)]);
  EXPECT_EQ(speech_s[at(Context::kStill)], 0);
  EXPECT_GT(speech_s[at(Context::kSpeaking)], 15);  // of 30
  EXPECT_LT(speech_s[at(Context::kCalm)], 6);
  EXPECT_EQ(macro[at(Context::kStill)], 0U);
  EXPECT_GT(macro[at(Context::kLively)], 24U);
}

TEST(Performance, TheMouthMovesAsOftenAsSyllablesDo) {
  const Performance performance = Perform(Options(Context::kSpeaking));
  int turns = 0;
  double spoken_s = 0;
  for (const FaceEvent& event : EventsOf(performance, EventKind::kSpeech)) {
    spoken_s += event.envelope.offset_s - event.envelope.onset_s;
    double before = 0;
    for (std::int64_t i = event.frames.onset + 1; i <= event.frames.offset; ++i) {
      const double step =
          performance.StateAt(i)[Unit::kJawOpen] - performance.StateAt(i - 1)[Unit::kJawOpen];
      if (before > 0 && step < 0) ++turns;
      if (step != 0) before = step;
    }
  }
  ASSERT_GT(spoken_s, 5);
  EXPECT_GT(turns / spoken_s, 2.5);
  EXPECT_LT(turns / spoken_s, 7.5);
}

TEST(Performance, BlinksCloseTheLidsWhereTheyAreTold) {
  PerformanceOptions options = Options(Context::kCalm);
  options.blinks_per_minute = 30;
  const Performance performance = Perform(options);
  const std::vector<FaceEvent> blinks = EventsOf(performance, EventKind::kBlink);
  EXPECT_GT(blinks.size(), 6U);
  EXPECT_LT(blinks.size(), 28U);
  for (const FaceEvent& blink : blinks) {
    EXPECT_GT(performance.StateAt(blink.apex)[Unit::kEyeBlinkLeft], 0.2);
  }
  options.blinks_per_minute = 0;
  const Performance without = Perform(options);
  EXPECT_THAT(EventsOf(without, EventKind::kBlink), IsEmpty());
  for (const std::int64_t frame : {100, 400, 800}) {
    EXPECT_EQ(without.StateAt(frame).yaw_rad, performance.StateAt(frame).yaw_rad);
    EXPECT_EQ(without.StateAt(frame).gaze_x_rad, performance.StateAt(frame).gaze_x_rad);
  }
}

TEST(Performance, EventsLieWithinTheClipInOrder) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Performance performance = Perform(Options(Context::kLively, seed));
    std::int64_t last = 0;
    for (const FaceEvent& event : performance.events()) {
      EXPECT_GE(event.frames.onset, last);
      EXPECT_GE(event.apex, event.frames.onset) << EventKindName(event.kind);
      EXPECT_LE(event.apex, event.frames.offset) << EventKindName(event.kind);
      EXPECT_LT(event.frames.offset, 900);
      last = event.frames.onset;
    }
  }
}

TEST(Performance, SameSeedGivesTheSameStates) {
  const Performance a = Perform(Options(Context::kLively, 5));
  const Performance b = Perform(Options(Context::kLively, 5));
  const Performance c = Perform(Options(Context::kLively, 6));
  EXPECT_EQ(a.StateAt(77).units, b.StateAt(77).units);
  EXPECT_NE(a.StateAt(77).units, c.StateAt(77).units);
}

TEST(DrawExpression, ShowsItsEmotionAtTheAskedSize) {
  const UnitScale face = PlainFace();
  Random random(3);
  const std::set<Unit> smile = {Unit::kMouthSmileLeft, Unit::kMouthSmileRight};
  int one_sided = 0;
  constexpr int kDraws = 600;
  for (int i = 0; i < kDraws; ++i) {
    const auto emotion = static_cast<SynthEmotion>(i % kSynthEmotionCount);
    const Expression expression = DrawExpression(emotion, 2.5, face, random);
    EXPECT_NEAR(face.Px200(expression), 2.5, 1e-4);
    const bool smiles = std::any_of(expression.begin(), expression.end(),
                                    [&](const UnitWeight& u) { return smile.contains(u.unit); });
    EXPECT_EQ(smiles, emotion == SynthEmotion::kPositive) << UnitsText(expression);
    if (!smiles) continue;
    std::array<double, 2> sides = {};
    for (const UnitWeight& u : expression) {
      if (u.unit == Unit::kMouthSmileLeft) sides[0] = u.weight;
      if (u.unit == Unit::kMouthSmileRight) sides[1] = u.weight;
    }
    if (std::min(sides[0], sides[1]) < 0.3 * std::max(sides[0], sides[1])) ++one_sided;
  }
  EXPECT_NEAR(one_sided / (kDraws / 3.0), 0.15, 0.08);
}

TEST(Envelope, GoesUpHoldsAndComesBackToItsRest) {
  const Envelope envelope = {.onset_s = 1,
                             .apex_s = 1.2,
                             .hold_end_s = 1.3,
                             .offset_s = 1.5,
                             .haste = 1,
                             .rest = 0.25,
                             .fade_s = 2};
  EXPECT_EQ(envelope.At(1), 0);
  EXPECT_EQ(envelope.At(1.25), 1);
  EXPECT_NEAR(envelope.At(1.5), 0.25, 1e-12);
  EXPECT_EQ(envelope.At(3.6), 0);
  for (double t = 1; t < 1.2; t += 0.01) EXPECT_LE(envelope.At(t), envelope.At(t + 0.01) + 1e-12);
  for (double t = 1.3; t < 3.5; t += 0.01) EXPECT_GE(envelope.At(t), envelope.At(t + 0.01) - 1e-12);
}

TEST(Context, NamesAreFoundAgain) {
  for (int i = 0; i < kContextCount; ++i) {
    const auto context = static_cast<Context>(i);
    EXPECT_EQ(FindContext(ContextName(context)), context);
  }
  EXPECT_EQ(FindContext("loud"), std::nullopt);
}

}  // namespace
}  // namespace mestr::internal::synth
