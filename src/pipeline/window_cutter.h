// From the used frames of a video to its windows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "mestr/core/window_layout.h"

namespace mestr::internal {

struct Window {
  std::int64_t first = 0;       // used frame that it begins with, of the video
  std::vector<cv::Mat> frames;  // shared with other windows, read only
};

// Used frames that follow each other, [begin, end), and the windows in them.
struct UsedStretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t windows = 0;
  std::int64_t covered_end = 0;  // of the last window
};

// Holds the frames of one window and no more.
class WindowCutter {
 public:
  using Sink = std::function<void(Window window)>;

  // `keeps_end`: a stretch's last window ends at its last frame, whatever the hop; else the frames
  // that are left over are in no window, as published.
  WindowCutter(const WindowLayout& layout, bool keeps_end)
      : layout_(layout), keeps_end_(keeps_end) {}

  // The used frame `index`, which follows the one before unless Break was called.
  void Push(std::int64_t index, const cv::Mat& gray, const Sink& sink);

  // No window goes across; gives the stretch that ends here, empty where there was none.
  UsedStretch Break(const Sink& sink);

 private:
  void Emit(const Sink& sink);

  WindowLayout layout_;
  bool keeps_end_;
  std::deque<cv::Mat> frames_;  // the last ones, at most a window
  UsedStretch stretch_;
};

}  // namespace mestr::internal
