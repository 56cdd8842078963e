// How strong a facial event is over time.
#pragma once

#include "synth/portable_math.h"

namespace mestr::internal::synth {

// 0 until the onset, 1 from the apex to the hold's end, `rest` from the offset on.
struct Envelope {
  double onset_s = 0;
  double apex_s = 0;
  double hold_end_s = 0;
  double offset_s = 0;
  // 0: half a cosine; towards 1 the face starts faster and comes to the apex more slowly.
  double haste = 0;
  // Part that stays at the offset, and the time in which it fades away after it.
  double rest = 0;
  double fade_s = 1;

  double At(double time_s) const;
};

// Half a cosine from 0 to 1.
inline double HalfCosine(double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return 0.5 - 0.5 * CosTurns(x / 2);
}

inline double Envelope::At(double time_s) const {
  if (time_s <= onset_s) return 0;
  if (time_s < apex_s) {
    const double x = (time_s - onset_s) / (apex_s - onset_s);
    return HalfCosine(x + haste * 0.6 * x * (1 - x));
  }
  if (time_s <= hold_end_s) return 1;
  if (time_s < offset_s) {
    return rest + (1 - rest) * HalfCosine((offset_s - time_s) / (offset_s - hold_end_s));
  }
  return rest * HalfCosine(1 - (time_s - offset_s) / fade_s);
}

}  // namespace mestr::internal::synth
