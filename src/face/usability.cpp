#include "face/usability.h"

#include <cmath>

namespace mestr::internal {

FaceCause UsabilityRule::CauseOf(const FrameFace& face, double changed_share) {
  constexpr double kWidthMargin = 1.05;
  constexpr double kAngleMargin_deg = 5;
  constexpr double kSharpnessMargin = 0.03;
  constexpr double kChangedMargin = 0.7;
  const auto was = [this](FaceCause cause) { return last_ == cause; };
  const double least_width = options_.min_width_px * (was(FaceCause::kTooSmall) ? kWidthMargin : 1);
  const double margin_deg = was(FaceCause::kTurnedAway) ? kAngleMargin_deg : 0;
  const double most_changed =
      options_.max_changed * (was(FaceCause::kCovered) ? kChangedMargin : 1);
  const double least_sharpness =
      options_.min_sharpness + (was(FaceCause::kBlurred) ? kSharpnessMargin : 0);
  last_ = face.width_px < least_width        ? FaceCause::kTooSmall
          : TurnedAway(face, margin_deg)     ? FaceCause::kTurnedAway
          : changed_share > most_changed     ? FaceCause::kCovered
          : face.sharpness < least_sharpness ? FaceCause::kBlurred
                                             : FaceCause::kNone;
  return last_;
}

bool UsabilityRule::TurnedAway(const FrameFace& face, double margin_deg) const {
  return std::abs(face.yaw_deg) > options_.max_yaw_deg - margin_deg ||
         std::abs(face.pitch_deg) > options_.max_pitch_deg - margin_deg;
}

}  // namespace mestr::internal
