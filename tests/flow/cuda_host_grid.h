// Executes the CUDA kernel on the CPU: grid, blocks, threads, shared memory and barriers.
//
// RunInterleaved runs all threads of all blocks as coroutines on one thread, each up to its next
// barrier, in an order of choice; a result that depends on the order shows a missing barrier.
// RunThreads gives every thread of the kernel a thread of its own, for the thread sanitizer.
#pragma once

#include <map>
#include <optional>

#include "flow/cuda/tvl1_kernel.h"

namespace mestr::testing {
using namespace internal;

using LineNumber = int;

enum class ThreadOrder { kForward, kReverse, kShuffled };

struct GridOptions {
  int threads = 32;  // of a block
  ThreadOrder order = ThreadOrder::kShuffled;
  unsigned seed = 1;
  // The barriers at this line of tvl1_kernel.h are left out.
  std::optional<LineNumber> dropped_barrier = std::nullopt;
};

// How often all threads of a block together passed the barrier at a line of tvl1_kernel.h.
using BarrierCounts = std::map<LineNumber, long>;

// Throws std::logic_error when the threads of a block stand at different barriers.
BarrierCounts RunInterleaved(const tvl1::cuda::KernelArguments& arguments, int slots,
                             const GridOptions& options);

// False under the thread sanitizer, which does not know our coroutines.
bool CanRunInterleaved();

void RunThreads(const tvl1::cuda::KernelArguments& arguments, int slots, int threads);

}  // namespace mestr::testing
