#include "python/frame_queue.h"

#include <chrono>
#include <utility>

#include "mestr/core/error.h"

namespace mestr::internal {

bool FrameQueue::Next(Frame& frame) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || ended_ || !frames_.empty(); });
  if (closed_) throw Error(ErrorKind::kStopped, "stopped before the last frame");
  if (frames_.empty()) return false;
  frame = std::move(frames_.front());
  frames_.pop_front();
  changed_.notify_all();
  return true;
}

bool FrameQueue::WaitForRoom(double seconds) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::duration<double>(seconds),
                    [&] { return closed_ || frames_.size() < kMostFrames; });
  return !closed_ && frames_.size() < kMostFrames;
}

void FrameQueue::Put(Frame frame) {
  const std::lock_guard lock(mutex_);
  frames_.push_back(std::move(frame));
  changed_.notify_all();
}

void FrameQueue::PutEnd() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void FrameQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace mestr::internal
