// Threads that work together, of which the first failure ends all.
#pragma once

#include <algorithm>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "mestr/core/error.h"

namespace mestr::internal {

// How many workers `jobs` asks for; 0: one a processor.
inline int WorkersOf(int jobs) {
  return jobs > 0 ? jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

// Runs `body`, which throws nothing, in a thread of its own, the `number`-th of its group. Throws
// Error{kDevice} where the system has none left.
inline std::jthread StartThread(std::function<void()> body, std::size_t number) {
  try {
    return std::jthread(std::move(body));
  } catch (const std::system_error& error) {
    throw Error(ErrorKind::kDevice, "cannot start thread " + std::to_string(number) + ": " +
                                        error.code().message() + "; use fewer --jobs");
  }
}

// The threads of one pipeline and the thread that owns this object. The first exception of any of
// them, or a stop request, ends the pipeline: `abort` is called, once. What is thrown after that is
// dropped, since it may be no more than a consequence.
//
// Start, RunHere and Join are for the owning thread alone. Declare it after what its threads use.
class StageThreads {
 public:
  // `abort` makes every body return soon, by aborting all queues they may wait at; it does not
  // throw. It is called in the thread that failed or that requests the stop; here, where a stop is
  // requested already.
  StageThreads(const std::stop_token& stop, std::function<void()> abort)
      : abort_(std::move(abort)), on_stop_(stop, [this] { End(nullptr); }) {}

  // Without a Join before: aborts, and waits for all threads.
  ~StageThreads() {
    if (!threads_.empty()) End(nullptr);
  }

  StageThreads(const StageThreads&) = delete;
  StageThreads& operator=(const StageThreads&) = delete;

  // Runs `body` in a thread of its own. Throws Error{kDevice} where the system has none left.
  void Start(std::function<void()> body) {
    threads_.reserve(threads_.size() + 1);  // a thread that runs is not lost for a lack of memory
    threads_.push_back(
        StartThread([this, body = std::move(body)] { RunHere(body); }, threads_.size() + 1));
  }

  // Runs `body` in the calling thread, to the same rule: nothing is thrown before Join.
  void RunHere(const std::function<void()>& body) {
    try {
      body();
    } catch (...) {
      End(std::current_exception());
    }
  }

  // Waits for all threads, then throws the first failure. False when a stop request came first.
  [[nodiscard]] bool Join() {
    threads_.clear();
    const std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
    return !ended_;
  }

 private:
  void End(std::exception_ptr failure) {
    {
      const std::lock_guard lock(mutex_);
      if (ended_) return;
      ended_ = true;
      failure_ = std::move(failure);
    }
    abort_();
  }

  // In this order: the threads end before what they use is gone.
  const std::function<void()> abort_;
  std::mutex mutex_;
  bool ended_ = false;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace mestr::internal
