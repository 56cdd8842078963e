#include "cli/stop_signals.h"

#include <pthread.h>
#include <signal.h>

#include <utility>

namespace mestr::cli {
namespace {

sigset_t StoppingSignals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

// A thread that waits for signals may do what no handler may: take locks, write lines.
StopSignals::StopSignals(Console& console, std::string in_hand)
    : console_(console), in_hand_(std::move(in_hand)) {
  const sigset_t set = StoppingSignals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::thread([this] { Wait(); });
}

StopSignals::~StopSignals() {
  ends_ = true;
  // The thread waits for it, and is not killed by it.
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
  ::pthread_kill(waiter_.native_handle(), SIGTERM);
  waiter_.join();
  const sigset_t set = StoppingSignals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

internal::RunObserver StopSignals::Observing(internal::RunObserver observer) const {
  observer.stops_after_video = [this] { return after_file(); };
  observer.stop = at_once();
  return observer;
}

void StopSignals::Wait() {
  const sigset_t set = StoppingSignals();
  int signal = 0;
  while (::sigwait(&set, &signal) == 0 && !ends_) {
    if (!after_file()) {
      console_.Warn("told to stop: ends after " + in_hand_ + "; told once more, at once");
      after_in_hand_.request_stop();
    } else {
      at_once_.request_stop();
    }
  }
}

}  // namespace mestr::cli
