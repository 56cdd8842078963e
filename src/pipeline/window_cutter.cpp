#include "pipeline/window_cutter.h"

#include <utility>

namespace mestr::internal {

void WindowCutter::Push(std::int64_t index, const cv::Mat& gray, const Sink& sink) {
  if (stretch_.begin == stretch_.end) stretch_ = {index, index, 0, index};
  frames_.push_back(gray);
  if (std::ssize(frames_) > layout_.window_frames) frames_.pop_front();
  stretch_.end = index + 1;
  const std::int64_t beyond_first = stretch_.end - stretch_.begin - layout_.window_frames;
  if (beyond_first >= 0 && beyond_first % layout_.hop_frames == 0) Emit(sink);
}

UsedStretch WindowCutter::Break(const Sink& sink) {
  if (keeps_end_ && stretch_.windows > 0 && stretch_.covered_end < stretch_.end) Emit(sink);
  frames_.clear();
  return std::exchange(stretch_, {});
}

void WindowCutter::Emit(const Sink& sink) {
  sink({.first = stretch_.end - layout_.window_frames, .frames = {frames_.begin(), frames_.end()}});
  stretch_.covered_end = stretch_.end;
  ++stretch_.windows;
}

}  // namespace mestr::internal
