#include "pipeline/window_parameters.h"

#include <algorithm>
#include <cmath>

#include "core/number_text.h"

namespace mestr::internal {
namespace {

int StepAt(double fps) {
  constexpr double kMostStep = 10000;
  return static_cast<int>(std::clamp(std::round(fps * kUsedFrameInterval_s), 1.0, kMostStep));
}

}  // namespace

std::string StepRemark(const WindowParameters& parameters, double fps) {
  const int step = parameters.layout.frame_step;
  if (!parameters.step_from_rate || step == 1) return {};
  return "one of every " + std::to_string(step) + " frames is used, " +
         NumberText(kUsedFrameInterval_s) + " s at " + NumberText(fps) +
         " fps; features.frame_step names another step";
}

WindowParameters WindowParametersFor(const FeaturesConfig& given,
                                     const std::optional<WindowLayout>& model, double fps) {
  WindowParameters parameters;
  WindowLayout& layout = parameters.layout;
  parameters.step_from_rate = !given.frame_step && !model;
  layout = model.value_or(WindowLayout{.frame_step = StepAt(fps)});
  layout.frame_step = given.frame_step.value_or(layout.frame_step);
  if (given.window_frames) {
    layout.window_frames = *given.window_frames;
    layout.hop_frames = std::max(1, layout.window_frames / 2);
  }
  layout.hop_frames = given.hop_frames.value_or(layout.hop_frames);
  layout.Check();
  return parameters;
}

}  // namespace mestr::internal
