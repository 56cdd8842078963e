// The extractors of windows of a run, one a worker.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mestr/features/window_extractor.h"

namespace mestr::internal {

// The kind of this name, of the built-in ones and of `own`; nullptr: there is none.
const WindowExtractorKind* FindWindowKind(const std::string& kind,
                                          std::span<const WindowExtractorKind> own);

// Keeps its extractors as long as the same ones are asked for. Not thread-safe.
class WindowWorkers {
 public:
  // `jobs`: workers; 0: one a processor.
  explicit WindowWorkers(int jobs) : jobs_(jobs) {}

  // Throws Error{kConfig} for a maker that makes none, and what makers throw.
  const std::vector<std::unique_ptr<WindowExtractor>>& For(const WindowExtractorKind& kind,
                                                           const WindowOptions& options);

 private:
  int jobs_;
  std::string kind_;
  WindowOptions options_;
  std::vector<std::unique_ptr<WindowExtractor>> extractors_;
};

}  // namespace mestr::internal
