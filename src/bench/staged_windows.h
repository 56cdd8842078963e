// A network of windows, one stage after another on one thread.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "bench/staged_run.h"
#include "core/cost.h"
#include "mestr/core/window_layout.h"
#include "mestr/features/window_extractor.h"
#include "mestr/model/network.h"
#include "mestr/video/frame_source.h"

namespace mestr::internal {

// The first used frames of a clip, up to a gap.
struct UsedClip {
  WindowLayout layout;
  std::vector<cv::Mat> gray;
  std::vector<Cost> decode;  // of each, with the unused frames before it

  std::int64_t windows() const;
  std::span<const cv::Mat> Window(std::int64_t index) const;
};

// At most `count` of them. Throws Error{kInput} where there are fewer than a window has.
UsedClip ReadUsedClip(FrameSource& source, const WindowLayout& layout, std::int64_t count);

// Throws Error{kInput} without a face: a window of zeros would be timed.
void RequireFace(const WindowRows& rows);

// OpenCV on one thread.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int earlier_;
};

// Decoding a used frame, features of a window and the network on them, on the windows of the first
// `used_frames`, or on one where a window has more. Throws as the two above, and what the parts
// throw.
std::vector<StageCost> RunStagedWindows(FrameSource& source, WindowExtractor& extractor,
                                        Network& network, std::int64_t used_frames);

}  // namespace mestr::internal
