// Room for what is on its way, shared by several users.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace mestr::internal {

// Of bytes, or of whatever its users count.
class SharedRoom {
 public:
  explicit SharedRoom(std::size_t size) : size_(size) {}

  // What one of them has. Who has nothing gets what he asks for at once, so that each gets on
  // whatever the others have: more than `size` is out by at most one piece a user.
  class Share {
   public:
    explicit Share(SharedRoom& room) : room_(room) {}
    ~Share() { GiveBack(taken_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Waits for room. False once it is aborted.
    bool Take(std::size_t size) {
      std::unique_lock lock(room_.mutex_);
      room_.changed_.wait(
          lock, [&] { return aborted_ || taken_ == 0 || room_.taken_ + size <= room_.size_; });
      if (aborted_) return false;
      taken_ += size;
      room_.taken_ += size;
      return true;
    }

    void GiveBack(std::size_t size) {
      {
        const std::lock_guard lock(room_.mutex_);
        taken_ -= size;
        room_.taken_ -= size;
      }
      room_.changed_.notify_all();
    }

    // Nobody waits any more.
    void Abort() {
      {
        const std::lock_guard lock(room_.mutex_);
        aborted_ = true;
      }
      room_.changed_.notify_all();
    }

   private:
    SharedRoom& room_;
    std::size_t taken_ = 0;
    bool aborted_ = false;
  };

 private:
  const std::size_t size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;  // by all
};

}  // namespace mestr::internal
