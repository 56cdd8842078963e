// What talk does to a face.
#pragma once

#include <vector>

#include "synth/face_event.h"

namespace mestr::internal::synth {

// Phrases that fill about `share` of the time, with pauses between them.
std::vector<Phrase> PlanPhrases(double share, double seconds, Random& random);

class SpeechTrack {
 public:
  // `strength` 1 is how those who were measured open their mouths.
  SpeechTrack(const std::vector<Phrase>& phrases, double strength, const UnitScale& scale,
              Random random);

  void Act(double time_s, FaceState& state) const;
  // Phrases, and raises of the brows that go with them.
  std::vector<FaceEvent> Events() const;

 private:
  // The mouth goes from pose to pose: closed or narrow for a consonant, open for a vowel.
  struct Pose {
    double time_s;
    Expression expression;
  };
  class Mouth;
  void Speak(const Phrase& phrase, Mouth& mouth, Random& random);
  void RaiseBrows(const Phrase& phrase, const UnitScale& scale, Random& random);

  std::vector<Pose> poses_;
  std::vector<FaceEvent> events_;
};

}  // namespace mestr::internal::synth
