// What a person does in a clip: a face's state for every frame, and the truth about it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synth/context.h"
#include "synth/eye_track.h"
#include "synth/face_event.h"
#include "synth/head_track.h"
#include "synth/speech_track.h"

namespace mestr::internal::synth {

struct PerformanceOptions {
  std::uint64_t seed = 1;
  int person = 1;  // has habits that are the same in every clip
  double fps = 30;
  std::int64_t frames = 300;
  Context context = Context::kCalm;

  // Micro-expressions: largest shift of the skin at the apex, drawn evenly.
  double intensity_min_px200 = 1;
  double intensity_max_px200 = 4;
  ExpressionLength length = {0.36, 0.09, 0.17, 0.5};
  std::optional<int> expressions;
  double expressions_per_minute = 12;
  double gap_s = 0.5;
  std::array<double, kSynthEmotionCount> class_weights = {1, 1, 1};
  std::optional<double> blinks_per_minute;  // else the person's own
};

// Const members are thread-safe.
class Performance {
 public:
  // `options` are checked by the caller; a random number of micro-expressions that does not fit is
  // cut.
  Performance(const PerformanceOptions& options, const UnitScale& scale);

  FaceState StateAt(std::int64_t frame) const;
  // By onset; micro-expressions never overlap each other.
  const std::vector<FaceEvent>& events() const { return events_; }

 private:
  void PlanMacro(double per_minute, const UnitScale& scale);
  void PlanSmallMoves(double per_minute, const UnitScale& scale);
  void PlanTone(double strength, const UnitScale& scale);
  void CollectEvents();

  struct Tone {
    Expression expression;  // of 1 px
    Wander px200;
  };

  PerformanceOptions options_;
  double seconds_;
  Expression rest_;  // how the face looks at rest
  std::vector<Tone> tone_;
  std::vector<FaceEvent> acted_;  // micro- and macro-expressions, swallowing, pressed lips
  std::vector<FaceEvent> events_;
  std::optional<HeadTrack> head_;
  std::optional<EyeTrack> eyes_;
  std::optional<SpeechTrack> speech_;
};

}  // namespace mestr::internal::synth
