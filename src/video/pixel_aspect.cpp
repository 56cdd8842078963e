#include "video/pixel_aspect.h"

#include <cmath>

namespace mestr::internal {
namespace {

bool IsKnown(AVRational ratio) { return ratio.num != 0; }

bool IsPlausible(AVRational ratio) {
  constexpr double kFarthest = 8;
  if (ratio.num <= 0 || ratio.den <= 0) return false;
  const double value = av_q2d(ratio);
  return value <= kFarthest && value >= 1 / kFarthest;
}

}  // namespace

PixelAspect PixelAspectOf(const AVStream& stream, const AVFrame& frame) {
  PixelAspect aspect;
  for (const AVRational ratio : {stream.sample_aspect_ratio, frame.sample_aspect_ratio}) {
    if (!IsKnown(ratio)) continue;
    if (IsPlausible(ratio)) {
      av_reduce(&aspect.width_to_height.num, &aspect.width_to_height.den, ratio.num, ratio.den,
                ratio.num > ratio.den ? ratio.num : ratio.den);
      return aspect;
    }
    aspect.note = "a pixel aspect ratio of " + std::to_string(ratio.num) + ":" +
                  std::to_string(ratio.den) + " can't be right and is ignored";
  }
  return aspect;
}

cv::Size SquarePixelSize(cv::Size stored_px, AVRational width_to_height) {
  constexpr double kLeast = 0.01;
  const double ratio = av_q2d(width_to_height);
  if (std::abs(std::log(ratio)) < kLeast) return stored_px;
  if (ratio > 1) return {static_cast<int>(std::lround(stored_px.width * ratio)), stored_px.height};
  return {stored_px.width, static_cast<int>(std::lround(stored_px.height / ratio))};
}

}  // namespace mestr::internal
