// The displacement field of one micro-expression.
#pragma once

#include "synth/geometry.h"

namespace mestr::internal::synth {

// Backward displacement at full activation, in frame px over the face. Its parts (brows, lips,
// cheeks, jaw), their strengths and the two sides vary with `random`; it is scaled so that the
// landmark that moves most moves by `apex_displacement_px`.
FieldGrid MakeExpressionField(SynthEmotion emotion, const Landmarks& neutral_px,
                              double apex_displacement_px, Random& random);

}  // namespace mestr::internal::synth
