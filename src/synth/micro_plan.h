// When a clip's micro-expressions come, and what each is.
#pragma once

#include <vector>

#include "synth/performance.h"

namespace mestr::internal::synth {

// Micro-expressions that fit in a clip even where all are as long as they can be.
std::int64_t MostExpressions(std::int64_t frames, double fps, double gap_s,
                             const ExpressionLength& length);

// With frames and apex; ascending, at least the gap apart from each other and from the clip's ends.
std::vector<FaceEvent> PlanMicroExpressions(const PerformanceOptions& options,
                                            const UnitScale& scale, Random random);

}  // namespace mestr::internal::synth
