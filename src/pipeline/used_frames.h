// The used frames of a video, for windows.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "mestr/video/frame_source.h"

namespace mestr::internal {

// Checks what it gives: what follows trusts it, and a source of one's own may give anything.
class UsedFrames {
 public:
  // No frame of `source` was read yet. Frames 0, frame_step, ... are used.
  UsedFrames(FrameSource& source, int frame_step);

  // Every frame in its order, used or not. Throws Error{kInput} for one out of order.
  void Take(const Frame& frame);
  std::int64_t frames() const { return frames_; }  // so far

  bool IsUsed(const Frame& frame) const { return !frame.missing && frame.index % frame_step_ == 0; }
  // The gray image of a used frame. Throws Error{kInput} where it is no 8-bit image, or of another
  // size than those before.
  cv::Mat GrayOf(const Frame& frame);

 private:
  int frame_step_;
  std::int64_t frames_ = 0;
  cv::Size size_;
};

}  // namespace mestr::internal
