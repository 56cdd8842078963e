// What speaks for a spotted interval, and what else the face did then.
#pragma once

#include <span>
#include <string>

#include "mestr/core/evidence_weights.h"
#include "mestr/core/interval.h"

namespace mestr {

// One value a frame of the video, 0 where no face was seen; empty where nobody measured them. "At
// 200": px after the face was scaled to a width of 200 px.
struct FaceSignals {
  std::span<const float> motion_px;         // of parts of the face by themselves, at 200
  std::span<const float> eye_openness;      // height of the lids' opening by its length
  std::span<const float> mouth_opening_px;  // between the inner lips, at 200
  std::span<const float> head_motion_px;    // against the frame before, at 200
};

struct Evidence {
  // The calibrated probability that this is a micro-expression, in [0, 1]; without calibration the
  // score as it is.
  double value = 0;
  double motion_px = 0;        // the largest within the interval
  double motion_to_noise = 0;  // against the noise of its stretch, which a tenth of its frames do
                               // not exceed
  double head_px_s = 0;        // mean speed of the head, at 200
  double mouth_px_s = 0;       // mean speed at which the mouth opens and closes, at 200
  bool blink = false;          // the eyes shut, or half
};

// What the face did besides: "calm", or those of "blink", "head" (60 px/s and more) and "speech"
// (40 px/s and more) that hold, joined by '+'.
std::string ContextText(const Evidence& evidence);

// The noise of a stretch: the motion that a tenth of its frames do not exceed.
double MotionNoise_px(std::span<const float> motion_px);

// The frames that belong together around an interval.
struct EvidenceStretch {
  Interval frames;
  double noise_px = 0;  // MotionNoise_px
  double fps = 30;      // > 0
};

// `interval` lies within the stretch. Throws Error{kInvalidArgument} where signals do not reach so
// far.
Evidence EvidenceOf(const Interval& interval, double score, const EvidenceStretch& stretch,
                    const FaceSignals& signals, const EvidenceWeights& weights);

}  // namespace mestr
