// Busy time of a stage.
#pragma once

#include <chrono>

namespace mestr {

// Adds the time from its construction to its destruction to a sum of seconds.
class ScopedSeconds {
 public:
  explicit ScopedSeconds(double& sum_s) : sum_s_(sum_s) {}
  ~ScopedSeconds() {
    sum_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  ScopedSeconds(const ScopedSeconds&) = delete;
  ScopedSeconds& operator=(const ScopedSeconds&) = delete;

 private:
  double& sum_s_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mestr
