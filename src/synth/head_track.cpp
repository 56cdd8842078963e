#include "synth/head_track.h"

#include <algorithm>

namespace mestr::internal::synth {
namespace {

constexpr double kFaceWidth_px200 = 200;
// A webcam is some five face widths away: nearer by this part of one, the face grows by 1 %.
constexpr double kNearnessOfPercent = 0.05;
// Activity's logarithm: within seconds a head that was quiet moves three times as fast.
constexpr BandRms kActivity = {0.5, 0.3, 0, 0, 0, 0};
constexpr double kActivityVariance = 0.5 * 0.5 + 0.3 * 0.3;  // less it, the square's mean is 1

// Onset and return as fast as `ramp_s`, stay between them.
Envelope Stay(double start_s, double ramp_s, double stay_s, Random& random) {
  const double back_s = ramp_s * random.Uniform(0.9, 1.5);
  return {.onset_s = start_s,
          .apex_s = start_s + ramp_s,
          .hold_end_s = start_s + ramp_s + stay_s,
          .offset_s = start_s + ramp_s + stay_s + back_s};
}

double Signed(double value, Random& random) { return random.Index(2) == 0 ? value : -value; }

HeadPose DrawTurn(Random& random) {
  // Small ones are more frequent than large ones.
  const double size = random.Unit() * random.Unit();
  HeadPose pose;
  pose.yaw_deg = Signed(4 + 22 * size, random);
  pose.pitch_deg = random.Uniform(-3, 5);
  pose.roll_deg = random.Uniform(-3, 3);
  return pose;
}

HeadPose DrawPosture(Random& random) {
  HeadPose pose;
  pose.roll_deg = random.Uniform(-4, 4);
  pose.yaw_deg = random.Uniform(-4, 4);
  pose.pitch_deg = random.Uniform(-3, 3);
  pose.shift = {random.Uniform(-0.1, 0.1), random.Uniform(-0.05, 0.06),
                random.Uniform(-0.12, 0.12)};
  return pose;
}

// Calls `add` at random times, `per_minute` on average.
template <typename Add>
void AtRandomTimes(double per_minute, double seconds, Random& random, const Add& add) {
  const int count = random.Poisson(per_minute * seconds / 60);
  for (int i = 0; i < count; ++i) add(random.Uniform(-0.5, seconds));
}

}  // namespace

HeadTrack::HeadTrack(const HeadHabits& habits, const std::vector<Phrase>& phrases, double seconds,
                     Random random)
    : yaw_(kYaw_deg, habits.sway, random),
      pitch_(kPitch_deg, habits.sway, random),
      roll_(kRoll_deg, habits.sway, random),
      shift_{Wander(kShift_px200, habits.sway / kFaceWidth_px200, random),
             Wander(kShift_px200, habits.sway / kFaceWidth_px200, random),
             Wander(kNearness_percent, habits.sway * kNearnessOfPercent, random)},
      activity_(kActivity, 1, random) {
  PlanMoves(habits, seconds, random);
  for (const Phrase& phrase : phrases) PlanBeats(phrase, habits.sway, random);
}

void HeadTrack::PlanMoves(const HeadHabits& habits, double seconds, Random& random) {
  AtRandomTimes(habits.turns_per_minute, seconds, random, [&](double start_s) {
    const double ramp_s = random.Uniform(0.25, 0.9);
    const double stay_s = random.Uniform(0.2, 3);
    const Envelope envelope = Stay(start_s, ramp_s, stay_s, random);
    moves_.push_back({EventKind::kHeadTurn, true, envelope, DrawTurn(random)});
  });
  AtRandomTimes(habits.nods_per_minute, seconds, random,
                [&](double start_s) { AddNods(start_s, random); });
  AtRandomTimes(habits.shifts_per_minute, seconds, random, [&](double start_s) {
    Envelope envelope = Stay(start_s, random.Uniform(0.7, 2), 0, random);
    // The new posture stays.
    envelope.offset_s = envelope.hold_end_s = std::max(envelope.apex_s, seconds + 1);
    moves_.push_back({EventKind::kPosture, true, envelope, DrawPosture(random)});
  });
}

void HeadTrack::AddNods(double start_s, Random& random) {
  const int count = 1 + random.Index(3);
  const double length_s = random.Uniform(0.35, 0.7);
  const bool shake = random.Unit() < 0.25;
  double size_deg = random.Uniform(2.5, 8);
  for (int i = 0; i < count; ++i) {
    HeadPose pose;
    (shake ? pose.yaw_deg : pose.pitch_deg) = shake && i % 2 == 1 ? -size_deg : size_deg;
    const double begin_s = start_s + i * length_s;
    moves_.push_back({EventKind::kNod,
                      true,
                      {.onset_s = begin_s,
                       .apex_s = begin_s + 0.45 * length_s,
                       .hold_end_s = begin_s + 0.5 * length_s,
                       .offset_s = begin_s + length_s},
                      pose});
    size_deg *= random.Uniform(0.6, 0.9);
  }
}

void HeadTrack::PlanBeats(const Phrase& phrase, double sway, Random& random) {
  double at = phrase.start_s + random.Uniform(0, 0.5);
  while (at < phrase.end_s) {
    const double length_s = random.Uniform(0.25, 0.7);
    HeadPose pose;
    pose.pitch_deg = sway * random.Uniform(-0.25, 0.7);
    pose.yaw_deg = sway * random.Normal() * 0.25;
    pose.roll_deg = sway * random.Normal() * 0.3;
    moves_.push_back({EventKind::kNod,
                      false,
                      {.onset_s = at,
                       .apex_s = at + 0.4 * length_s,
                       .hold_end_s = at + 0.5 * length_s,
                       .offset_s = at + length_s},
                      pose});
    at += random.Uniform(0.3, 1.2);
  }
}

HeadPose HeadTrack::At(double time_s) const {
  const double activity = PortableExp(activity_.At(time_s) - kActivityVariance);
  HeadPose pose;
  pose.yaw_deg += yaw_.At(time_s, activity);
  pose.pitch_deg += pitch_.At(time_s, activity);
  pose.roll_deg += roll_.At(time_s, activity);
  for (int i = 0; i < 3; ++i) pose.shift[i] += shift_[i].At(time_s, activity);
  for (const Move& move : moves_) {
    const double part = move.envelope.At(time_s);
    if (part == 0) continue;
    pose.yaw_deg += part * move.pose.yaw_deg;
    pose.pitch_deg += part * move.pose.pitch_deg;
    pose.roll_deg += part * move.pose.roll_deg;
    pose.shift += part * move.pose.shift;
  }
  return pose;
}

std::vector<FaceEvent> HeadTrack::Events() const {
  std::vector<FaceEvent> events;
  for (const Move& move : moves_) {
    if (!move.told) continue;
    FaceEvent event;
    event.kind = move.kind;
    event.envelope = move.envelope;
    // A posture is taken up, then it is no event.
    if (move.kind == EventKind::kPosture) event.envelope.offset_s = event.envelope.apex_s;
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace mestr::internal::synth
