// How a head moves: it sways, turns, nods and now and then sits differently.
#pragma once

#include <array>
#include <vector>

#include "synth/face_event.h"
#include "synth/wander.h"

namespace mestr::internal::synth {

// Against how the person sits from the start.
struct HeadPose {
  double yaw_deg = 0;
  double pitch_deg = 0;
  double roll_deg = 0;
  cv::Vec3d shift = {0, 0, 0};  // as FaceState's
};

struct HeadHabits {
  double sway = 1;  // of what was measured; 0 is a head that stands still
  double turns_per_minute = 0;
  double nods_per_minute = 0;
  double shifts_per_minute = 0;  // of the posture
};

class HeadTrack {
 public:
  // The head sways more in speech, and beats its time.
  HeadTrack(const HeadHabits& habits, const std::vector<Phrase>& phrases, double seconds,
            Random random);

  HeadPose At(double time_s) const;
  // Turns, nods, shifts of the posture.
  std::vector<FaceEvent> Events() const;

 private:
  struct Move {
    EventKind kind;
    bool told;  // as an event
    Envelope envelope;
    HeadPose pose;
  };
  void PlanMoves(const HeadHabits& habits, double seconds, Random& random);
  void PlanBeats(const Phrase& phrase, double sway, Random& random);
  void AddNods(double start_s, Random& random);

  Wander yaw_, pitch_, roll_;
  std::array<Wander, 3> shift_;
  Wander activity_;
  std::vector<Move> moves_;
};

}  // namespace mestr::internal::synth
