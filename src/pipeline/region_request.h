// What the stage that looks at frames tells the one that reads them, which is some frames ahead.
#pragma once

#include <cstdint>
#include <mutex>
#include <opencv2/core/types.hpp>

#include "mestr/video/frame_source.h"

namespace mestr::internal {

// Thread-safe.
class RegionRequest {
 public:
  // Of the frames that follow frame `index` without a break, the region is enough (px; empty: all
  // pixels are needed).
  void Ask(std::int64_t index, const cv::Rect& region_px) {
    const std::lock_guard lock(mutex_);
    index_ = index;
    region_px_ = region_px;
  }

  // What is enough of a frame that follows frame `first`, and all after it, without a break. What
  // was asked for before `first` says nothing of it.
  cv::Rect Since(std::int64_t first) const {
    const std::lock_guard lock(mutex_);
    return index_ >= first ? region_px_ : cv::Rect();
  }

 private:
  mutable std::mutex mutex_;
  std::int64_t index_ = -1;
  cv::Rect region_px_;
};

// Reads of a source, each asking for no more than is enough.
class RegionReads {
 public:
  // `request` outlives this.
  explicit RegionReads(const RegionRequest& request) : request_(request) {}

  bool Next(FrameSource& source, Frame& frame) {
    Ask(source);
    const bool more = source.Next(frame);
    if (more) Saw(frame);
    return more;
  }

  // Before a frame is read, and after it.
  void Ask(FrameSource& source) const {
    source.Use({.region_px = request_.Since(unbroken_since_)});
  }
  void Saw(const Frame& frame) {
    if (frame.missing || !frame.continues) unbroken_since_ = frame.index + (frame.missing ? 1 : 0);
  }

 private:
  const RegionRequest& request_;
  std::int64_t unbroken_since_ = 0;  // frame
};

}  // namespace mestr::internal
