// What a piece of work cost.
#pragma once

#include <chrono>
#include <ctime>

namespace mestr::internal {

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;

  Cost& operator+=(const Cost& other) {
    wall_s += other.wall_s;
    cpu_s += other.cpu_s;
    return *this;
  }
  Cost& operator/=(double parts) {
    wall_s /= parts;
    cpu_s /= parts;
    return *this;
  }
};

inline double CpuSeconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Adds the cost from its construction to its destruction: the whole process's processor time, or
// this thread's.
class ScopedCost {
 public:
  explicit ScopedCost(Cost& sum, clockid_t clock = CLOCK_PROCESS_CPUTIME_ID)
      : sum_(sum), clock_(clock), cpu_start_s_(CpuSeconds(clock)) {}
  ~ScopedCost() {
    sum_.wall_s +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_start_).count();
    sum_.cpu_s += CpuSeconds(clock_) - cpu_start_s_;
  }
  ScopedCost(const ScopedCost&) = delete;
  ScopedCost& operator=(const ScopedCost&) = delete;

 private:
  Cost& sum_;
  clockid_t clock_;
  double cpu_start_s_;
  std::chrono::steady_clock::time_point wall_start_ = std::chrono::steady_clock::now();
};

}  // namespace mestr::internal
