#include "pipeline/pair_parameters.h"

#include <algorithm>
#include <cmath>

#include "core/number_text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// Frame rates that differ less than this are one: 29.97 is 30.
constexpr double kSameRate = 0.01;

// A model's k and a run's k are one distance in time when they differ by less than this many frames
// of the slower of the two rates.
constexpr double kSameDistanceFrames = 0.75;

int FramesAtLeastOne(double seconds, double fps) {
  return std::max(1, static_cast<int>(std::lround(seconds * fps)));
}

}  // namespace

bool SameRate(double a, double b) { return std::abs(a - b) <= kSameRate * b; }

PairParameters PairParametersFor(const Config& config, const ModelInfo* model,
                                 const std::string& dataset, double fps) {
  for (const DatasetConfig& candidate : config.datasets) {
    if (candidate.layout.dataset == dataset && candidate.k_frames &&
        SameRate(fps, *candidate.layout.fps)) {
      return {*candidate.k_frames, *candidate.k_p_frames, "the config's data set " + dataset};
    }
  }
  if (model != nullptr && SameRate(fps, model->fps)) {
    return {model->k_frames, model->k_p_frames, "the model " + model->name};
  }
  const double k_s = config.spot.k_s;
  const double k_p_s = config.spot.k_p_s;
  return {FramesAtLeastOne(k_s, fps), FramesAtLeastOne(k_p_s, fps),
          NumberText(k_s) + " s and " + NumberText(k_p_s) + " s at " + NumberText(fps) + " fps"};
}

void CheckModelFits(const ModelInfo& model, const PairParameters& parameters, double fps) {
  const double model_s = model.k_frames / model.fps;
  const double run_s = parameters.k_frames / fps;
  if (std::abs(model_s - run_s) * std::min(fps, model.fps) <= kSameDistanceFrames) return;
  throw Error(ErrorKind::kModel,
              "the model " + model.name + " was trained with k = " +
                  std::to_string(model.k_frames) + " at " + NumberText(model.fps) +
                  " fps, and this run has k = " + std::to_string(parameters.k_frames) + " at " +
                  NumberText(fps) + " fps (from " + parameters.origin + ")");
}

}  // namespace mestr::internal
