// Values as the files of a run write them.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/core/types.hpp>

#include "mestr/core/window_layout.h"

namespace mestr::internal {

// Microseconds, and as many digits of a score, are more than anybody can use.
inline double SixDecimals(double value) { return std::round(value * 1e6) / 1e6; }

inline nlohmann::ordered_json RectToJson(const cv::Rect& rect) {
  return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

inline nlohmann::ordered_json LayoutToJson(const WindowLayout& layout) {
  return {{"frames", layout.window_frames},
          {"hop_frames", layout.hop_frames},
          {"frame_step", layout.frame_step}};
}

}  // namespace mestr::internal
