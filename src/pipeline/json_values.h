// Values as the files of a run write them.
#pragma once

#include <nlohmann/json.hpp>
#include <opencv2/core/types.hpp>

#include "core/number_text.h"
#include "mestr/core/window_layout.h"

namespace mestr::internal {

inline nlohmann::ordered_json RectToJson(const cv::Rect& rect) {
  return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

inline nlohmann::ordered_json LayoutToJson(const WindowLayout& layout) {
  return {{"frames", layout.window_frames},
          {"hop_frames", layout.hop_frames},
          {"frame_step", layout.frame_step}};
}

}  // namespace mestr::internal
