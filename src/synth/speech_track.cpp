#include "synth/speech_track.h"

#include <algorithm>

#include "synth/footage_statistics.h"

namespace mestr::internal::synth {
namespace {

// Log-normal about 1.
double Spread(double sigma, Random& random) { return PortableExp(sigma * random.Normal()); }

}  // namespace

std::vector<Phrase> PlanPhrases(double share, double seconds, Random& random) {
  std::vector<Phrase> phrases;
  if (share <= 0) return phrases;
  constexpr double kMeanPhrase_s = 2;
  const double mean_pause_s = kMeanPhrase_s * (1 - share) / share;
  double at = random.Unit() < share ? -random.Uniform(0, 1) : random.Uniform(0, mean_pause_s);
  while (at < seconds) {
    const double length_s = kMeanPhrase_s * random.Uniform(0.4, 1.6);
    phrases.push_back({std::max(0.0, at), std::min(at + length_s, seconds)});
    at += length_s + 0.15 + mean_pause_s * random.Exponential();
  }
  return phrases;
}

// Poses of one speaker's mouth.
class SpeechTrack::Mouth {
 public:
  Mouth(double strength, const UnitScale& scale, Random& random)
      : scale_(scale),
        jaw_(strength * Spread(0.2, random)),
        lips_(strength * Spread(0.3, random)),
        lopsided_(random.Uniform(0.8, 1.25)) {}

  Expression Vowel(Random& random) const {
    const double jaw_px = jaw_ * kSyllableOpening_px200 * Spread(0.35, random);
    const double lip_px = lips_ * random.Uniform(0.5, 4);
    switch (random.Index(3)) {
      case 0:  // as in "far"
        return Of({{Unit::kJawOpen, jaw_px},
                   {Unit::kMouthLowerDownLeft, lip_px},
                   {Unit::kMouthLowerDownRight, lip_px},
                   {Unit::kMouthUpperUpLeft, 0.3 * lip_px},
                   {Unit::kMouthUpperUpRight, 0.3 * lip_px}});
      case 1:  // as in "see"
        return Of({{Unit::kJawOpen, 0.45 * jaw_px},
                   {Unit::kMouthStretchLeft, lip_px},
                   {Unit::kMouthStretchRight, lip_px},
                   {Unit::kMouthSmileLeft, 0.5 * lip_px},
                   {Unit::kMouthSmileRight, 0.5 * lip_px},
                   {Unit::kCheekSquintLeft, 0.2 * lip_px},
                   {Unit::kCheekSquintRight, 0.2 * lip_px}});
      default:  // as in "you"
        return Of({{Unit::kJawOpen, 0.5 * jaw_px},
                   {Unit::kMouthFunnel, lip_px},
                   {Unit::kMouthPucker, 1.5 * lip_px}});
    }
  }

  // How a whole phrase is said: with a smile, or with narrow lips.
  Expression Mood(Random& random) const {
    const double px = 4 * random.Normal();
    if (px < 0) return Of({{Unit::kMouthPucker, -px}});
    return Of({{Unit::kMouthSmileLeft, px},
               {Unit::kMouthSmileRight, px},
               {Unit::kCheekSquintLeft, 0.4 * px},
               {Unit::kCheekSquintRight, 0.4 * px}});
  }

  Expression Consonant(Random& random) const {
    constexpr double kWithLips = 0.25;  // p, b, m, f, v
    const double lip_px = lips_ * random.Uniform(0.3, 1.5);
    if (random.Unit() < kWithLips) {
      return Of({{Unit::kMouthPressLeft, lip_px},
                 {Unit::kMouthPressRight, lip_px},
                 {Unit::kMouthRollLower, 0.5 * lip_px}});
    }
    return Of({{Unit::kJawOpen, jaw_ * kSyllableOpening_px200 * random.Uniform(0.2, 0.6)},
               {Unit::kMouthLowerDownLeft, 0.5 * lip_px},
               {Unit::kMouthLowerDownRight, 0.5 * lip_px}});
  }

 private:
  struct Dose {
    Unit unit;
    double px200;
  };

  Expression Of(const std::vector<Dose>& doses) const {
    Expression expression;
    for (const auto& [unit, px200] : doses) {
      const bool left = UnitName(unit).ends_with("Left");
      expression.push_back({unit, scale_.WeightFor(unit, left ? px200 * lopsided_ : px200)});
    }
    return expression;
  }

  const UnitScale& scale_;
  double jaw_;
  double lips_;
  double lopsided_;
};

SpeechTrack::SpeechTrack(const std::vector<Phrase>& phrases, double strength,
                         const UnitScale& scale, Random random) {
  Mouth mouth(strength, scale, random);
  for (const Phrase& phrase : phrases) {
    Speak(phrase, mouth, random);
    RaiseBrows(phrase, scale, random);
  }
}

void SpeechTrack::Speak(const Phrase& phrase, Mouth& mouth, Random& random) {
  const double syllable_s = 1 / (kSyllables_hz * random.Uniform(0.75, 1.2));
  const Expression mood = mouth.Mood(random);
  const auto add = [&](double time_s, Expression expression) {
    expression.insert(expression.end(), mood.begin(), mood.end());
    poses_.push_back({time_s, std::move(expression)});
  };
  poses_.push_back({phrase.start_s, {}});
  double at = phrase.start_s + 0.12;
  while (at + 2 * syllable_s < phrase.end_s) {
    const double length_s = syllable_s * random.Uniform(0.75, 1.5);
    add(at, mouth.Consonant(random));
    add(at + 0.5 * length_s, mouth.Vowel(random));
    at += length_s;
  }
  poses_.push_back({std::max(at, phrase.end_s), {}});
  FaceEvent event;
  event.kind = EventKind::kSpeech;
  event.envelope = {.onset_s = phrase.start_s,
                    .apex_s = (phrase.start_s + phrase.end_s) / 2,
                    .hold_end_s = (phrase.start_s + phrase.end_s) / 2,
                    .offset_s = phrase.end_s};
  events_.push_back(std::move(event));
}

void SpeechTrack::RaiseBrows(const Phrase& phrase, const UnitScale& scale, Random& random) {
  constexpr double kWithPhrase = 0.35;
  if (random.Unit() >= kWithPhrase) return;
  FaceEvent event;
  event.kind = EventKind::kBrowRaise;
  event.px200 = random.Uniform(1.5, 6);
  const double outer_px = event.px200 * random.Uniform(0.4, 1);
  event.expression = {
      {Unit::kBrowInnerUp, scale.WeightFor(Unit::kBrowInnerUp, event.px200)},
      {Unit::kBrowOuterUpLeft, scale.WeightFor(Unit::kBrowOuterUpLeft, outer_px)},
      {Unit::kBrowOuterUpRight, scale.WeightFor(Unit::kBrowOuterUpRight, outer_px)}};
  // Longer than a micro-expression, which it would be else.
  const double length_s = random.Uniform(0.6, 1.8);
  const double start_s = random.Uniform(phrase.start_s, std::max(phrase.start_s, phrase.end_s - 1));
  event.envelope = {.onset_s = start_s,
                    .apex_s = start_s + 0.25 * length_s,
                    .hold_end_s = start_s + random.Uniform(0.3, 0.6) * length_s,
                    .offset_s = start_s + length_s};
  event.px200 = scale.Px200(event.expression);
  events_.push_back(std::move(event));
}

void SpeechTrack::Act(double time_s, FaceState& state) const {
  for (const FaceEvent& event : events_) {
    if (!event.expression.empty()) Add(event.expression, event.envelope.At(time_s), state);
  }
  const auto next =
      std::upper_bound(poses_.begin(), poses_.end(), time_s,
                       [](double time, const Pose& pose) { return time < pose.time_s; });
  if (next == poses_.begin() || next == poses_.end()) return;
  const Pose& before = *(next - 1);
  const double part = HalfCosine((time_s - before.time_s) / (next->time_s - before.time_s));
  Add(before.expression, 1 - part, state);
  Add(next->expression, part, state);
}

std::vector<FaceEvent> SpeechTrack::Events() const { return events_; }

}  // namespace mestr::internal::synth
