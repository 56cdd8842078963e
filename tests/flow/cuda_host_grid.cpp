#include "flow/cuda_host_grid.h"

#include <ucontext.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace mestr::testing {
using namespace internal;
namespace {

using tvl1::cuda::KernelArguments;
using tvl1::cuda::SharedScratch;

// Shared memory of one block. Values that nobody has written are far from any result; a pair that
// nobody has written ends the thread.
struct SharedMemory {
  explicit SharedMemory(std::size_t floats) : planes(floats, -1e30F) {
    scratch.pair = std::numeric_limits<int>::max();
    scratch.sum_in_order = -1e30F;
    std::fill_n(scratch.of_thread, tvl1::cuda::kMaxThreads, -1e30F);
    std::fill_n(scratch.partial, tvl1::cuda::kPartialSums, -1e30F);
  }
  SharedScratch scratch;
  std::vector<float> planes;
};

// ---- coroutines -------------------------------------------------------------------------------

// One thread of the kernel, with a stack of its own.
class Coroutine {
 public:
  Coroutine() : stack_(kStackBytes) {}
  Coroutine(const Coroutine&) = delete;
  Coroutine& operator=(const Coroutine&) = delete;

  template <typename Body>
  void Start(Body body) {
    body_ = std::move(body);
    getcontext(&own_);
    own_.uc_stack.ss_sp = stack_.data();
    own_.uc_stack.ss_size = stack_.size();
    own_.uc_link = &caller_;
    makecontext(&own_, &Coroutine::Enter, 0);
  }

  // Runs until the next barrier or the end.
  void Resume() {
    entering_ = this;
    swapcontext(&caller_, &own_);
  }

  // From within: back to Resume's caller.
  void StopAt(LineNumber line) {
    line_ = line;
    swapcontext(&own_, &caller_);
  }

  bool done() const { return done_; }
  LineNumber line() const { return line_; }

 private:
  static constexpr std::size_t kStackBytes = std::size_t{128} << 10U;

  static void Enter() {
    Coroutine& self = *entering_;
    self.body_();
    self.done_ = true;
  }

  static Coroutine* entering_;  // makecontext can pass no pointers

  std::vector<char> stack_;
  std::function<void()> body_;
  ucontext_t own_ = {};
  ucontext_t caller_ = {};
  bool done_ = false;
  LineNumber line_ = 0;
};

Coroutine* Coroutine::entering_ = nullptr;

// The Block of tvl1_kernel.h.
class InterleavedThread {
 public:
  InterleavedThread(Coroutine& coroutine, SharedMemory& shared, int slot, int thread,
                    const GridOptions& options)
      : coroutine_(coroutine), shared_(shared), slot_(slot), thread_(thread), options_(options) {}

  int thread() const { return thread_; }
  int threads() const { return options_.threads; }
  int slot() const { return slot_; }
  SharedScratch& scratch() const { return shared_.scratch; }
  float* shared_planes() const { return shared_.planes.data(); }
  static int TakeNext(int* counter) { return (*counter)++; }

  // The default is the line of the call.
  void Sync(LineNumber line = __builtin_LINE()) const {
    if (options_.dropped_barrier != line) coroutine_.StopAt(line);
  }

 private:
  Coroutine& coroutine_;
  SharedMemory& shared_;
  int slot_;
  int thread_;
  const GridOptions& options_;
};

class InterleavedBlock {
 public:
  InterleavedBlock(const KernelArguments& arguments, int slot, const GridOptions& options)
      : shared_(arguments.shared_floats), coroutines_(static_cast<std::size_t>(options.threads)) {
    for (int t = 0; t < options.threads; ++t) {
      Coroutine& coroutine = coroutines_[static_cast<std::size_t>(t)];
      coroutine.Start([this, &arguments, &coroutine, slot, t, &options] {
        InterleavedThread block(coroutine, shared_, slot, t, options);
        tvl1::cuda::RunSlot(block, arguments);
      });
    }
  }

  // All threads up to their next barrier, in this order. False when they have ended.
  bool RunToBarrier(const std::vector<std::size_t>& order, BarrierCounts& counts) {
    for (const std::size_t t : order) coroutines_[t].Resume();
    const Coroutine& first = coroutines_.front();
    for (const Coroutine& other : coroutines_) {
      if (other.done() != first.done() || (!first.done() && other.line() != first.line())) {
        throw std::logic_error("threads of a block stand at lines " + std::to_string(first.line()) +
                               " and " + std::to_string(other.line()));
      }
    }
    if (first.done()) return false;
    ++counts[first.line()];
    return true;
  }

 private:
  SharedMemory shared_;
  std::vector<Coroutine> coroutines_;
};

// ---- threads ----------------------------------------------------------------------------------

class RealThread {
 public:
  RealThread(std::barrier<>& barrier, SharedMemory& shared, int slot, int thread, int threads)
      : barrier_(barrier), shared_(shared), slot_(slot), thread_(thread), threads_(threads) {}

  int thread() const { return thread_; }
  int threads() const { return threads_; }
  int slot() const { return slot_; }
  SharedScratch& scratch() const { return shared_.scratch; }
  float* shared_planes() const { return shared_.planes.data(); }
  static int TakeNext(int* counter) { return std::atomic_ref<int>(*counter).fetch_add(1); }
  void Sync() const { barrier_.arrive_and_wait(); }

 private:
  std::barrier<>& barrier_;
  SharedMemory& shared_;
  int slot_;
  int thread_;
  int threads_;
};

}  // namespace

bool CanRunInterleaved() {
#if defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

BarrierCounts RunInterleaved(const KernelArguments& arguments, int slots,
                             const GridOptions& options) {
  std::vector<std::unique_ptr<InterleavedBlock>> running;
  for (int slot = 0; slot < slots; ++slot) {
    running.push_back(std::make_unique<InterleavedBlock>(arguments, slot, options));
  }
  std::vector<std::size_t> order(static_cast<std::size_t>(options.threads));
  for (std::size_t t = 0; t < order.size(); ++t) order[t] = t;
  if (options.order == ThreadOrder::kReverse) std::reverse(order.begin(), order.end());
  std::mt19937 random(options.seed);
  BarrierCounts counts;
  while (!running.empty()) {
    if (options.order == ThreadOrder::kShuffled) std::shuffle(order.begin(), order.end(), random);
    const std::size_t turn = random() % running.size();
    if (!running[turn]->RunToBarrier(order, counts)) {
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(turn));
    }
  }
  return counts;
}

void RunThreads(const KernelArguments& arguments, int slots, int threads) {
  std::vector<std::unique_ptr<SharedMemory>> shared;
  std::vector<std::unique_ptr<std::barrier<>>> barriers;
  std::vector<std::jthread> running;
  for (int slot = 0; slot < slots; ++slot) {
    shared.push_back(std::make_unique<SharedMemory>(arguments.shared_floats));
    barriers.push_back(std::make_unique<std::barrier<>>(threads));
    for (int t = 0; t < threads; ++t) {
      running.emplace_back(
          [&arguments, &memory = *shared.back(), &barrier = *barriers.back(), slot, t, threads] {
            RealThread block(barrier, memory, slot, t, threads);
            tvl1::cuda::RunSlot(block, arguments);
          });
    }
  }
}

}  // namespace mestr::testing
