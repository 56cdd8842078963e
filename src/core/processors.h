// The processors that a run may use, whatever its threads do.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

namespace mestr::internal {

// A thread takes one for each piece of its work, and has none while it waits for anything else:
// then there may be more threads than processors, and whichever has work gets on. First come, first
// served.
class Processors {
 public:
  // `count` >= 1. Where they are all of the machine (`is_limited` false), nobody waits: the system
  // shares them out, and knows better what else runs there.
  explicit Processors(int count, bool is_limited = true) : count_(count), is_limited_(is_limited) {}

  int count() const { return count_; }

  // For how long processors had nothing to do so far, summed over them.
  double idle_s() {
    const std::lock_guard lock(mutex_);
    Account();
    return idle_s_;
  }

  // How many threads wait for one.
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  // Has one of them while it lives.
  class Busy {
   public:
    explicit Busy(Processors& processors) : processors_(processors) { processors_.Take(); }
    ~Busy() { processors_.GiveBack(); }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    Processors& processors_;
  };

 private:
  struct Waiting {
    std::condition_variable served;
    bool is_served = false;
  };

  void Take() {
    std::unique_lock lock(mutex_);
    if (busy_ < count_ || !is_limited_) {
      Account();
      ++busy_;
      return;
    }
    Waiting me;
    queue_.push_back(&me);
    me.served.wait(lock, [&] { return me.is_served; });
  }

  // To who waits longest, so that nobody who comes between is faster.
  void GiveBack() {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) {
      Account();
      --busy_;
      return;
    }
    queue_.front()->is_served = true;
    queue_.front()->served.notify_one();
    queue_.pop_front();
  }

  void Account() {
    const auto now = std::chrono::steady_clock::now();
    idle_s_ += std::max(0, count_ - busy_) * std::chrono::duration<double>(now - since_).count();
    since_ = now;
  }

  const int count_;
  const bool is_limited_;
  std::mutex mutex_;
  int busy_ = 0;
  std::deque<Waiting*> queue_;
  double idle_s_ = 0;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace mestr::internal
