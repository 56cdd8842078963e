// Frames that somebody hands in one by one, as a video.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "mestr/video/frame_source.h"

namespace mestr::internal {

// One thread puts frames in, another reads them.
class FrameQueue final : public FrameSource {
 public:
  explicit FrameQueue(VideoInfo info) : info_(std::move(info)) {}

  const VideoInfo& info() const override { return info_; }
  // Waits for the next frame, and throws Error{kStopped} once it is closed.
  bool Next(Frame& frame) override;

  // True once there is room; false after `seconds`, and where it is closed.
  bool WaitForRoom(double seconds);
  // `frame` has the index that follows.
  void Put(Frame frame);
  void PutEnd();
  void Close();

 private:
  static constexpr std::size_t kMostFrames = 8;

  VideoInfo info_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Frame> frames_;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace mestr::internal
