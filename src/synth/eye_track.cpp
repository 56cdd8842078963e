#include "synth/eye_track.h"

#include <algorithm>

#include "synth/footage_statistics.h"

namespace mestr::internal::synth {
namespace {

constexpr double kDegree = kPi / 180;

double Between(double from, double to, double part) { return from + (to - from) * part; }

}  // namespace

EyeTrack::EyeTrack(const EyeHabits& habits, const UnitScale& scale, double seconds, Random random) {
  const double brow_px = random.Uniform(0, 0.8);
  const double cheek_px = random.Uniform(0.2, 1.2);
  with_blink_ = {{Unit::kBrowDownLeft, scale.WeightFor(Unit::kBrowDownLeft, brow_px)},
                 {Unit::kBrowDownRight, scale.WeightFor(Unit::kBrowDownRight, brow_px)},
                 {Unit::kCheekSquintLeft, scale.WeightFor(Unit::kCheekSquintLeft, cheek_px)},
                 {Unit::kCheekSquintRight, scale.WeightFor(Unit::kCheekSquintRight, cheek_px)}};
  // Apart, so that a person who does not blink looks about in the same way.
  Random blink_random(MixSeed({static_cast<std::uint64_t>(random.Unit() * 0x1p53)}));
  PlanJumps(habits, seconds, random);
  PlanBlinks(habits, seconds, blink_random);
  BlinkOnFarJumps(habits, blink_random);
}

void EyeTrack::PlanBlinks(const EyeHabits& habits, double seconds, Random& random) {
  if (habits.blinks_per_minute == 0) return;
  constexpr double kDouble = 0.1;
  const double mean_wait_s = 60 / habits.blinks_per_minute;
  double at = random.Uniform(-0.3, 1) * mean_wait_s;
  while (at < seconds) {
    double end_s = AddBlink(at, random);
    if (random.Unit() < kDouble) end_s = AddBlink(end_s + random.Uniform(0, 0.15), random);
    // Waits are skewed: a few are long.
    at = end_s + mean_wait_s * (0.15 + 0.85 * random.Exponential());
  }
}

double EyeTrack::AddBlink(double start_s, Random& random) {
  constexpr double kHalf = 0.15;
  const double length_s =
      kBlinkMin_s + (kBlinkMax_s - kBlinkMin_s) * 0.5 * (random.Unit() + random.Unit());
  const double depth = random.Unit() < kHalf ? random.Uniform(0.3, 0.75) : random.Uniform(0.9, 1);
  const double apex_s = start_s + kBlinkClosing * length_s;
  blinks_.push_back({{.onset_s = start_s,
                      .apex_s = apex_s,
                      .hold_end_s = apex_s + random.Uniform(0.02, 0.15) * length_s,
                      .offset_s = start_s + length_s},
                     depth * random.Uniform(0.96, 1),
                     depth * random.Uniform(0.96, 1)});
  return start_s + length_s;
}

void EyeTrack::PlanJumps(const EyeHabits& habits, double seconds, Random& random) {
  constexpr double kGlance = 0.2;                   // jumps that go farther
  const double rest_y_deg = random.Uniform(-2, 8);  // a screen is below the camera
  jumps_.push_back({-1, kSaccade_s, 0, rest_y_deg});
  if (habits.jumps_per_s == 0) return;
  double at = random.Uniform(0, 1) / habits.jumps_per_s;
  while (at < seconds) {
    const double reach = habits.reach_deg * (random.Unit() < kGlance ? 3 : 1);
    const double x_deg = reach * random.Uniform(-1, 1);
    const double y_deg = rest_y_deg + reach * random.Uniform(-0.5, 0.5);
    const Jump& last = jumps_.back();
    const double size_deg = PortableHypot(x_deg - last.x_deg, y_deg - last.y_deg);
    jumps_.push_back({at, kSaccade_s + kSaccade_s_per_deg * size_deg, x_deg, y_deg});
    at += (0.2 + 0.8 * random.Exponential()) / habits.jumps_per_s;
  }
}

void EyeTrack::BlinkOnFarJumps(const EyeHabits& habits, Random& random) {
  if (habits.blinks_per_minute == 0) return;
  constexpr double kFar_s = kSaccade_s + kSaccade_s_per_deg * 15;
  constexpr double kOften = 0.4;
  for (const Jump& jump : jumps_) {
    if (jump.length_s > kFar_s && random.Unit() < kOften) AddBlink(jump.start_s - 0.03, random);
  }
}

void EyeTrack::Look(double time_s, FaceState& state) const {
  const auto next =
      std::upper_bound(jumps_.begin(), jumps_.end(), time_s,
                       [](double time, const Jump& jump) { return time < jump.start_s; });
  const Jump& now = *(next - 1);
  const Jump& before = next - 1 == jumps_.begin() ? now : *(next - 2);
  const double part = SmoothStep((time_s - now.start_s) / now.length_s);
  const double x_deg = Between(before.x_deg, now.x_deg, part);
  const double y_deg = Between(before.y_deg, now.y_deg, part);
  state.gaze_x_rad = x_deg * kDegree;
  state.gaze_y_rad = y_deg * kDegree;
}

void EyeTrack::Act(double time_s, FaceState& state) const {
  Look(time_s, state);
  double left = 0;
  double right = 0;
  for (const Blink& blink : blinks_) {
    const double part = blink.envelope.At(time_s);
    left = std::max(left, part * blink.left);
    right = std::max(right, part * blink.right);
  }
  state[Unit::kEyeBlinkLeft] += static_cast<float>(left);
  state[Unit::kEyeBlinkRight] += static_cast<float>(right);
  Add(with_blink_, std::max(left, right), state);
}

std::vector<FaceEvent> EyeTrack::Events() const {
  std::vector<FaceEvent> events;
  for (const Blink& blink : blinks_) {
    FaceEvent event;
    event.kind = EventKind::kBlink;
    event.envelope = blink.envelope;
    event.expression = {{Unit::kEyeBlinkLeft, static_cast<float>(blink.left)},
                        {Unit::kEyeBlinkRight, static_cast<float>(blink.right)}};
    events.push_back(std::move(event));
  }
  for (std::size_t i = 1; i < jumps_.size(); ++i) {
    const Jump& jump = jumps_[i];
    const double end_s = jump.start_s + jump.length_s;
    FaceEvent event;
    event.kind = EventKind::kGaze;
    event.envelope = {
        .onset_s = jump.start_s, .apex_s = end_s, .hold_end_s = end_s, .offset_s = end_s};
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace mestr::internal::synth
