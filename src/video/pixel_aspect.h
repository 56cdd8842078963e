// Pixels that are not square.
#pragma once

#include <opencv2/core/types.hpp>
#include <string>

#include "video/libav.h"

namespace mestr::internal {

// The shape of a stored picture's pixels, and what is to be told of it.
struct PixelAspect {
  AVRational width_to_height = {1, 1};
  std::string note;  // where a ratio that can't be right was ignored
};

// The container's, else the frame's: FFmpeg's rule (av_guess_sample_aspect_ratio), but that a ratio
// beyond 8:1 is passed over. Square where neither knows.
PixelAspect PixelAspectOf(const AVStream& stream, const AVFrame& frame);

// The size at which a picture of such pixels has square ones: the side grows that is short of
// pixels, as in mpv, so that none is thrown away. Unchanged for less than 1 %, which nobody sees
// and which only blurs.
cv::Size SquarePixelSize(cv::Size stored_px, AVRational width_to_height);

}  // namespace mestr::internal
