// From a video's scores and what is known of its face to its intervals.
#pragma once

#include "mestr/config/config.h"
#include "mestr/model/network.h"
#include "mestr/pipeline/analysis.h"

namespace mestr::internal {

// Fills `spotting` and `classes` of an analysis that is complete but for them.
void SpotIn(const Config& config, const ModelInfo& model, Analysis& analysis);

}  // namespace mestr::internal
