// Blinks and the direction of the eyes.
#pragma once

#include <vector>

#include "synth/face_event.h"

namespace mestr::internal::synth {

struct EyeHabits {
  double blinks_per_minute = 0;
  double jumps_per_s = 0;  // of the gaze
  double reach_deg = 0;    // most of the jumps stay within
};

class EyeTrack {
 public:
  EyeTrack(const EyeHabits& habits, const UnitScale& scale, double seconds, Random random);

  // Sets the gaze, which the lids follow, and adds the units of a blink.
  void Act(double time_s, FaceState& state) const;
  // Blinks, and jumps of the gaze.
  std::vector<FaceEvent> Events() const;

 private:
  struct Blink {
    Envelope envelope;
    double left;  // how far each lid closes
    double right;
  };
  struct Jump {
    double start_s;
    double length_s;
    double x_deg;  // afterwards
    double y_deg;
  };
  void PlanBlinks(const EyeHabits& habits, double seconds, Random& random);
  double AddBlink(double start_s, Random& random);
  void BlinkOnFarJumps(const EyeHabits& habits, Random& random);
  void PlanJumps(const EyeHabits& habits, double seconds, Random& random);
  void Look(double time_s, FaceState& state) const;

  std::vector<Blink> blinks_;
  std::vector<Jump> jumps_;  // the first is where the eyes are from the start
  Expression with_blink_;    // brow and cheek go along
};

}  // namespace mestr::internal::synth
