#include "pipeline/run_resources.h"

#include <thread>

#include "core/border.h"
#include "core/stage_threads.h"
#include "pipeline/frame_reader.h"

namespace mestr::internal {
namespace {

// Ten frames of 2040x1088 px.
constexpr std::size_t kFrameBytesPerJob = std::size_t{64} << 20U;

bool IsPartOfTheMachine(int processors) {
  return processors < static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

RunResources::RunResources(int jobs) : RunResources(jobs, IsPartOfTheMachine(WorkersOf(jobs))) {}

RunResources::RunResources(int jobs, bool is_limited)
    : processors_(WorkersOf(jobs), is_limited),
      frames_(static_cast<std::size_t>(processors_.count()) * kFrameBytesPerJob),
      decoding_(
          static_cast<std::size_t>(processors_.count()), 1,
          [this](std::size_t, std::span<UnfinishedFrame> in, std::span<Done<FinishedFrame>> out) {
            UnfinishedFrame& unfinished = in.front();
            FinishedFrame& finished = out.front().value;
            if (unfinished.finish) {
              const Processors::Busy busy(processors_);
              const ScopedCost cost(unfinished.cost, CLOCK_THREAD_CPUTIME_ID);
              AtBorder(ErrorKind::kInput, kReadingFrames,
                       [&] { unfinished.finish(unfinished.frame); });
            }
            finished = {std::move(unfinished.frame), unfinished.cost};
          }) {}

std::size_t RunResources::most_videos() const {
  const auto count = static_cast<std::size_t>(processors_.count());
  return count + count / 2;
}

}  // namespace mestr::internal
