// How a video is cut into windows: what was given, else the model's, else by its frame rate.
#pragma once

#include <optional>
#include <string>

#include "mestr/config/config.h"
#include "mestr/core/window_layout.h"

namespace mestr::internal {

// Interval between used frames where neither config nor model names a step: every frame at 30 fps,
// every seventh at 200 fps, as the published code takes them.
inline constexpr double kUsedFrameInterval_s = 0.035;

struct WindowParameters {
  WindowLayout layout;
  bool step_from_rate = false;  // nothing named a step: to be told to the user
};

// The line that tells people of such a step; empty where there is nothing to tell.
std::string StepRemark(const WindowParameters& parameters, double fps);

// `fps` > 0 of the video; `model`: the layout that the network was trained with. A window or a hop
// that nothing names is 30 used frames, half a window. Throws Error{kConfig} for a layout that is
// out of range.
WindowParameters WindowParametersFor(const FeaturesConfig& given,
                                     const std::optional<WindowLayout>& model, double fps);

}  // namespace mestr::internal
