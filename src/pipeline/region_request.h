// What the stage that looks at frames tells the one that reads them, which is some frames ahead.
#pragma once

#include <cstdint>
#include <mutex>
#include <opencv2/core/types.hpp>

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

}  // namespace mestr::internal
