// Which frames of a face can be judged.
#pragma once

#include "mestr/face/face.h"

namespace mestr::internal {

// The rules of FaceOptions for one face, frame by frame. What ended a run must be better by a
// little more to begin the next one, so that a value at its limit does not cut a video to pieces.
class UsabilityRule {
 public:
  // `options` outlives this.
  explicit UsabilityRule(const FaceOptions& options) : options_(options) {}

  // kNone, kTooSmall, kTurnedAway, kCovered or kBlurred; the first of them that holds.
  // `changed_share` is RecentLook's.
  FaceCause CauseOf(const FrameFace& face, double changed_share);

 private:
  bool TurnedAway(const FrameFace& face, double margin_deg) const;

  const FaceOptions& options_;
  FaceCause last_ = FaceCause::kNone;
};

}  // namespace mestr::internal
