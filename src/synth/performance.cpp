#include "synth/performance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "synth/footage_statistics.h"
#include "synth/micro_plan.h"

namespace mestr::internal::synth {
namespace {

constexpr double kDegree = kPi / 180;

// A stream of random numbers for each purpose, so that one that is switched off changes nothing
// else.
enum class Purpose : std::uint64_t {
  kHabits = 1,
  kMicro,
  kMacro,
  kSmallMoves,
  kTone,
  kPhrases,
  kSpeech,
  kHead,
  kEyes
};

Random RandomFor(const PerformanceOptions& options, Purpose purpose) {
  return Random(MixSeed({options.seed, static_cast<std::uint64_t>(options.person),
                         static_cast<std::uint64_t>(purpose)}));
}

constexpr std::array<std::string_view, 11> kEventKindNames = {
    "micro",   "macro",     "blink",     "gaze", "speech", "brow_raise",
    "swallow", "lip_press", "head_turn", "nod",  "posture"};

double Spread(double sigma, Random& random) { return PortableExp(sigma * random.Normal()); }

// As the person is in all of its clips, and more or less so in this one.
ContextTraits DrawTraits(const PerformanceOptions& options) {
  ContextTraits traits = ContextTraits::Of(options.context);
  Random own(MixSeed({static_cast<std::uint64_t>(options.person), 0xbeef}));
  Random random = RandomFor(options, Purpose::kHabits);
  const double lively = Spread(0.4, own) * Spread(0.3, random);
  traits.sway *= lively;
  traits.tone *= Spread(0.3, own) * Spread(0.2, random);
  traits.macro_per_minute *= lively;
  traits.turns_per_minute *= lively;
  traits.nods_per_minute *= lively;
  traits.shifts_per_minute *= lively;
  traits.blinks_per_minute *= Spread(0.4, own) * Spread(0.2, random);
  traits.jumps_per_s *= Spread(0.3, random);
  traits.reach_deg *= Spread(0.3, random);
  traits.speech_share = std::min(0.9, traits.speech_share * random.Uniform(0.7, 1.3));
  traits.blinks_per_minute = options.blinks_per_minute.value_or(traits.blinks_per_minute);
  return traits;
}

Expression SwallowOf(const UnitScale& scale, double px200) {
  return {{Unit::kMouthShrugLower, scale.WeightFor(Unit::kMouthShrugLower, px200)},
          {Unit::kMouthPressLeft, scale.WeightFor(Unit::kMouthPressLeft, 0.6 * px200)},
          {Unit::kMouthPressRight, scale.WeightFor(Unit::kMouthPressRight, 0.6 * px200)},
          {Unit::kJawForward, scale.WeightFor(Unit::kJawForward, 0.3 * px200)}};
}

Expression LipPressOf(const UnitScale& scale, double px200, Random& random) {
  return {{Unit::kMouthPressLeft, scale.WeightFor(Unit::kMouthPressLeft, px200)},
          {Unit::kMouthPressRight,
           scale.WeightFor(Unit::kMouthPressRight, px200 * random.Uniform(0.7, 1))},
          {Unit::kMouthRollLower, scale.WeightFor(Unit::kMouthRollLower, 0.6 * px200)},
          {Unit::kMouthRollUpper,
           scale.WeightFor(Unit::kMouthRollUpper, px200 * random.Uniform(0, 0.5))}};
}

}  // namespace

std::string_view EventKindName(EventKind kind) {
  return kEventKindNames[static_cast<std::size_t>(kind)];
}

Performance::Performance(const PerformanceOptions& options, const UnitScale& scale)
    : options_(options), seconds_(static_cast<double>(options.frames) / options.fps) {
  const ContextTraits traits = DrawTraits(options);
  Random phrase_random = RandomFor(options, Purpose::kPhrases);
  const std::vector<Phrase> phrases = PlanPhrases(traits.speech_share, seconds_, phrase_random);
  head_.emplace(HeadHabits{.sway = traits.sway,
                           .turns_per_minute = traits.turns_per_minute,
                           .nods_per_minute = traits.nods_per_minute,
                           .shifts_per_minute = traits.shifts_per_minute},
                phrases, seconds_, RandomFor(options, Purpose::kHead));
  eyes_.emplace(EyeHabits{.blinks_per_minute = traits.blinks_per_minute,
                          .jumps_per_s = traits.jumps_per_s,
                          .reach_deg = traits.reach_deg},
                scale, seconds_, RandomFor(options, Purpose::kEyes));
  speech_.emplace(phrases, 1, scale, RandomFor(options, Purpose::kSpeech));
  PlanTone(traits.tone, scale);
  PlanMacro(traits.macro_per_minute, scale);
  PlanSmallMoves(traits.small_per_minute, scale);
  for (FaceEvent& micro :
       PlanMicroExpressions(options, scale, RandomFor(options, Purpose::kMicro))) {
    acted_.push_back(std::move(micro));
  }
  CollectEvents();
}

// 0.6 to 4 s, 3 to 15 px: what a person shows and others see.
void Performance::PlanMacro(double per_minute, const UnitScale& scale) {
  Random random = RandomFor(options_, Purpose::kMacro);
  const int count = random.Poisson(per_minute * seconds_ / 60);
  for (int i = 0; i < count; ++i) {
    FaceEvent event;
    event.kind = EventKind::kMacro;
    // People smile more than they frown.
    const double which = random.Unit();
    event.emotion = which < 0.5   ? SynthEmotion::kPositive
                    : which < 0.8 ? SynthEmotion::kNegative
                                  : SynthEmotion::kSurprise;
    event.px200 = 3 + 12 * random.Unit() * random.Unit();
    event.expression = DrawExpression(*event.emotion, event.px200, scale, random);
    const double length_s = 0.6 + 3.4 * random.Unit() * random.Unit();
    const double start_s = random.Uniform(0, std::max(0.0, seconds_ - length_s));
    event.envelope = {.onset_s = start_s,
                      .apex_s = start_s + random.Uniform(0.15, 0.4) * length_s,
                      .hold_end_s = start_s + random.Uniform(0.4, 0.7) * length_s,
                      .offset_s = start_s + length_s,
                      .haste = random.Unit()};
    acted_.push_back(std::move(event));
  }
}

void Performance::PlanSmallMoves(double per_minute, const UnitScale& scale) {
  Random random = RandomFor(options_, Purpose::kSmallMoves);
  const int count = random.Poisson(per_minute * seconds_ / 60);
  for (int i = 0; i < count; ++i) {
    const bool swallow = random.Index(2) == 0;
    FaceEvent event;
    event.kind = swallow ? EventKind::kSwallow : EventKind::kLipPress;
    event.expression = swallow ? SwallowOf(scale, random.Uniform(1, 3))
                               : LipPressOf(scale, random.Uniform(1.5, 5), random);
    event.px200 = scale.Px200(event.expression);
    const double length_s = swallow ? random.Uniform(0.6, 1) : random.Uniform(0.6, 2);
    const double start_s = random.Uniform(0, seconds_);
    event.envelope = {.onset_s = start_s,
                      .apex_s = start_s + 0.4 * length_s,
                      .hold_end_s = start_s + random.Uniform(0.4, 0.6) * length_s,
                      .offset_s = start_s + length_s};
    acted_.push_back(std::move(event));
  }
}

// How the face is at rest, and how its muscles' tone changes.
void Performance::PlanTone(double strength, const UnitScale& scale) {
  Random random = RandomFor(options_, Purpose::kTone);
  const std::vector<std::vector<Unit>> groups = {
      {Unit::kBrowInnerUp, Unit::kBrowOuterUpLeft, Unit::kBrowOuterUpRight},
      {Unit::kBrowDownLeft, Unit::kBrowDownRight},
      {Unit::kEyeSquintLeft, Unit::kEyeSquintRight},
      {Unit::kMouthSmileLeft, Unit::kMouthSmileRight},
      {Unit::kMouthFrownLeft, Unit::kMouthFrownRight},
      {Unit::kMouthPressLeft, Unit::kMouthPressRight},
      {Unit::kMouthLeft},
      {Unit::kJawOpen}};
  for (const std::vector<Unit>& group : groups) {
    const double rest_px = 0.4 * random.Normal();
    Expression expression;
    for (const Unit unit : group) {
      rest_.push_back({unit, scale.WeightFor(unit, rest_px * random.Uniform(0.9, 1.1))});
      expression.push_back({unit, scale.WeightFor(unit, random.Uniform(0.7, 1.3))});
    }
    tone_.push_back({std::move(expression), Wander(kTone_px200, strength, random)});
  }
}

void Performance::CollectEvents() {
  events_ = acted_;
  for (const std::vector<FaceEvent>& more : {head_->Events(), eyes_->Events(), speech_->Events()}) {
    events_.insert(events_.end(), more.begin(), more.end());
  }
  std::erase_if(events_, [&](const FaceEvent& event) {
    return event.envelope.offset_s <= 0 || event.envelope.onset_s >= seconds_;
  });
  const auto frame_of = [&](double time_s) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(time_s * options_.fps), 0,
                                    options_.frames - 1);
  };
  for (FaceEvent& event : events_) {
    if (event.kind == EventKind::kMicro) continue;  // planned in frames
    event.frames = {frame_of(std::floor(event.envelope.onset_s * options_.fps) / options_.fps),
                    frame_of(event.envelope.offset_s + 1 / options_.fps)};
    event.apex = std::clamp(frame_of(event.envelope.apex_s + 0.5 / options_.fps),
                            event.frames.onset, event.frames.offset);
  }
  std::stable_sort(events_.begin(), events_.end(), [](const FaceEvent& a, const FaceEvent& b) {
    return a.frames.onset < b.frames.onset;
  });
}

FaceState Performance::StateAt(std::int64_t frame) const {
  const double time_s = static_cast<double>(frame) / options_.fps;
  FaceState state;
  Add(rest_, 1, state);
  for (const Tone& tone : tone_) Add(tone.expression, tone.px200.At(time_s), state);
  for (const FaceEvent& event : acted_) Add(event.expression, event.envelope.At(time_s), state);
  speech_->Act(time_s, state);
  eyes_->Act(time_s, state);
  const HeadPose pose = head_->At(time_s);
  state.yaw_rad = pose.yaw_deg * kDegree;
  state.pitch_rad = pose.pitch_deg * kDegree;
  state.roll_rad = pose.roll_deg * kDegree;
  state.shift = pose.shift;
  return state;
}

}  // namespace mestr::internal::synth
