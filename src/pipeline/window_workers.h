// The workers that compute windows, of all videos of a run.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/cost.h"
#include "core/shared_room.h"
#include "core/shared_stage.h"
#include "mestr/features/window_extractor.h"
#include "pipeline/run_resources.h"
#include "pipeline/window_cutter.h"

namespace mestr::internal {

// The kind of this name, of the built-in ones and of `own`; nullptr: there is none.
const WindowExtractorKind* FindWindowKind(const std::string& kind,
                                          std::span<const WindowExtractorKind> own);

// The rows of one window and the used frame that it begins with.
struct ComputedWindow {
  std::int64_t first = 0;
  WindowRows rows;
  Cost features;
};

using WindowStage = SharedStage<Window, ComputedWindow>;

// One worker a processor, each with an extractor of its own, all alike.
class WindowCrew {
 public:
  // `processors` outlives this. Throws Error{kConfig} for a maker that makes none, and what makers
  // throw.
  WindowCrew(const WindowExtractorKind& kind, const WindowOptions& options, Processors& processors);

  WindowStage& stage() { return stage_; }
  // Of windows that are not finished: two a worker.
  SharedRoom& room() { return room_; }

 private:
  void Compute(WindowExtractor& extractor, Window& window, ComputedWindow& computed) const;

  Processors& processors_;
  std::vector<std::unique_ptr<WindowExtractor>> extractors_;
  SharedRoom room_;
  WindowStage stage_;
};

// Keeps a crew for each layout that is asked for: a video's depends on its frame rate. Thread-safe.
class WindowWorkers {
 public:
  // `processors` outlives this.
  explicit WindowWorkers(Processors& processors) : processors_(processors) {}

  // Throws as WindowCrew.
  std::shared_ptr<WindowCrew> For(const WindowExtractorKind& kind, const WindowOptions& options);

 private:
  struct Known {
    std::string kind;
    WindowOptions options;
    std::shared_ptr<WindowCrew> crew;
  };

  Processors& processors_;
  std::mutex mutex_;
  std::vector<Known> crews_;
};

}  // namespace mestr::internal
