// How many frames lie between the two of a pair and in half a micro-expression.
#pragma once

#include <string>

#include "mestr/config/config.h"
#include "mestr/model/network.h"
#include "mestr/pipeline/analysis.h"

namespace mestr::internal {

// Within 1 %: 29.97 is 30.
bool SameRate(double a, double b);

// Its data set's numbers where the video has its data set's rate, else the model's where it has the
// model's rate (both within 1 %), else spot.k_s and k_p_s in frames, rounded, at least 1. `model`
// may be null.
PairParameters PairParametersFor(const Config& config, const ModelInfo* model,
                                 const std::string& dataset, double fps);

// Throws Error{kModel} where the model was trained with another distance of the frames of a pair.
void CheckModelFits(const ModelInfo& model, const PairParameters& parameters, double fps);

}  // namespace mestr::internal
