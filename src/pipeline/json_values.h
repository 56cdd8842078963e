// Values as the files of a run write them.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/core/types.hpp>

namespace mestr::internal {

// Microseconds, and as many digits of a score, are more than anybody can use.
inline double SixDecimals(double value) { return std::round(value * 1e6) / 1e6; }

inline nlohmann::ordered_json RectToJson(const cv::Rect& rect) {
  return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

}  // namespace mestr::internal
