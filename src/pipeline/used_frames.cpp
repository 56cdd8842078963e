#include "pipeline/used_frames.h"

#include <opencv2/imgproc.hpp>
#include <string>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

cv::Mat AsGray(const Frame& frame) {
  if (!frame.image_gray.empty() && frame.image_gray.type() == CV_8UC1) return frame.image_gray;
  if (frame.image_bgr.empty() || frame.image_bgr.type() != CV_8UC3) {
    throw Error(ErrorKind::kInput,
                "frame " + std::to_string(frame.index + 1) + " is not an 8-bit BGR or gray image");
  }
  cv::Mat gray;
  cv::cvtColor(frame.image_bgr, gray, cv::COLOR_BGR2GRAY);
  return gray;
}

}  // namespace

UsedFrames::UsedFrames(FrameSource& source, int frame_step) : frame_step_(frame_step) {
  source.Use({.step = frame_step, .gray = true});
}

void UsedFrames::Take(const Frame& frame) {
  if (frame.index != frames_) {
    throw Error(ErrorKind::kInput, "frame " + std::to_string(frames_ + 1) + " has the index " +
                                       std::to_string(frame.index) + " instead of " +
                                       std::to_string(frames_));
  }
  ++frames_;
}

cv::Mat UsedFrames::GrayOf(const Frame& frame) {
  cv::Mat gray = AsGray(frame);
  if (size_.empty()) size_ = gray.size();
  if (gray.size() == size_) return gray;
  throw Error(ErrorKind::kInput, "frame " + std::to_string(frame.index + 1) + " has " +
                                     SizeText(gray.cols, gray.rows) +
                                     " px, but those before it have " +
                                     SizeText(size_.width, size_.height));
}

}  // namespace mestr::internal
