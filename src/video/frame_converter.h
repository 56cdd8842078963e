// A decoded frame as an upright image, BGR or gray.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "video/libav.h"

namespace mestr::internal {

// How the stored picture becomes upright: first the transposition, then the flips.
struct Orientation {
  bool transpose = false;
  bool flip_x = false;
  bool flip_y = false;
};

// From a container's 3 x 3 display matrix (ISO/IEC 14496-12, 6.2.2; row vectors, so a point (x, y)
// goes to (m[0] x + m[3] y, m[1] x + m[4] y)). False where it turns by anything but a multiple of
// 90 degrees.
bool OrientationOf(const std::int32_t display_matrix[9], Orientation& orientation);

// swscale with fixed options, so that equal files give equal pixels on every machine: bilinear
// chroma at full horizontal resolution, accurate rounding, bit-exact paths only. Gray then is the
// nearest value (swscale's other paths are off by 1 to 2, for a tenth of the time: 0.1 instead of 1
// ms at 640x480). The matrix is the one that the frame names (BT.601 where it names none, as FFmpeg
// and OpenCV take it), and its range (limited where it names none; gray: full).
class FrameConverter {
 public:
  explicit FrameConverter(Orientation orientation) : orientation_(orientation) {}

  // 8 bit, 3 channels or, where `gray`, 1: the luma, full range. Continuous, in memory of its own;
  // `size_px` before it is turned, to which it is scaled (bilinear). Alpha is dropped, deeper
  // samples are scaled to 8 bit. Empty for a pixel format that swscale can't read.
  cv::Mat ToUpright(const AVFrame& frame, cv::Size size_px, bool gray);

  // The pixels of `region` (px, inside it) of what ToUpright gives in BGR, bit for bit, for the
  // time of the region; in memory of its own, rows not continuous. Empty where only the whole has
  // them: where it is scaled, of an odd width or height, or has no planes of YUV with at most 2 x 2
  // pixels a chroma sample.
  cv::Mat ToUprightPatch(const AVFrame& frame, cv::Size size_px, const cv::Rect& region);

 private:
  // swscale's context for pictures of one kind.
  class Scaler {
   public:
    // False for a pixel format that swscale can't read. `frame` says of which kind they are.
    bool Prepare(const AVFrame& frame, cv::Size from_px, cv::Size to_px, bool gray);
    // A part of `memory`, which is made to hold it.
    cv::Mat Scale(const std::uint8_t* const planes[], const int steps[], cv::Mat& memory);

   private:
    AvPtr<SwsContext> context_;
    std::array<int, 8> prepared_for_ = {};  // what the context was made with
    cv::Size from_px_;
    cv::Size to_px_;
    int type_ = 0;
  };

  Orientation orientation_;
  Scaler whole_;
  Scaler patch_;
  cv::Mat memory_;  // of a picture that is to be turned or whose rows are to be moved together
};

}  // namespace mestr::internal
