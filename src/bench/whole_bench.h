// mestr run, of pairs against the published pipeline.
#pragma once

#include <filesystem>
#include <optional>

#include "bench/bench.h"
#include "bench/clips.h"
#include "bench/staged_run.h"

namespace mestr::internal {

// What the reference pipeline of pairs computes with.
struct ReferenceParts {
  StagedPipeline& pipeline;
  Network& network;
};

// Without a `reference` for models of windows. Throws Error{kInvalidArgument} where the scores must
// be equal and are not.
WholeTiming TimeWhole(const BenchOptions& options, const BenchClip& clip,
                      const std::optional<ReferenceParts>& reference,
                      const std::filesystem::path& scratch, const BenchProgress& progress);

}  // namespace mestr::internal
