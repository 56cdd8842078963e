// What Ctrl-C and a scheduler's end of time do while a command writes.
#pragma once

#include <atomic>
#include <stop_token>
#include <string>
#include <thread>

#include "cli/console.h"
#include "pipeline/video_loop.h"

namespace mestr::cli {

// While it lives, SIGINT and SIGTERM end nothing by themselves: the first asks to stop after the
// files in hand, the second to stop at once. To be made before other threads are.
class StopSignals {
 public:
  // The first is told by a warning, from another thread: the command ends after `in_hand`.
  // `console` outlives this.
  explicit StopSignals(Console& console, std::string in_hand = "what is in hand");
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool after_file() const { return after_in_hand_.stop_requested(); }
  std::stop_token after_what_is_in_hand() const { return after_in_hand_.get_token(); }
  std::stop_token at_once() const { return at_once_.get_token(); }
  // Lives no longer than this.
  internal::RunObserver Observing(internal::RunObserver observer) const;

 private:
  void Wait();

  Console& console_;
  std::string in_hand_;
  std::atomic<bool> ends_ = false;
  std::stop_source after_in_hand_;
  std::stop_source at_once_;
  std::thread waiter_;
};

}  // namespace mestr::cli
