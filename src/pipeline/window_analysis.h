// The way of a video through a network of windows, from its frames to its scores.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "mestr/config/config.h"
#include "mestr/features/window_extractor.h"
#include "mestr/model/network.h"
#include "mestr/pipeline/analysis.h"
#include "mestr/pipeline/analyzer.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {

// Keeps its extractors from video to video. Not thread-safe.
class WindowAnalyzer {
 public:
  // `config` and `own` outlive this. `jobs`: workers; 0: one a processor.
  WindowAnalyzer(const Config& config, int jobs, std::span<const WindowExtractorKind> own)
      : config_(config), own_(own), workers_(jobs) {}

  // CheckWindowModel (pipeline/window_fit.h).
  void Check(const ModelInfo& model) const;

  // What is known before the first frame: `windows`, `parameters`.
  void Begin(const ModelInfo& model, Analysis& analysis) const;

  // Fills all that Analysis has of frames, faces, rows and scores, after Begin. Throws
  // Error{kInput} where no window has a face, or no stretch is as long as a window, {kStopped} and
  // what source, extractors and network throw.
  void Score(FrameSource& source, Network& network, const AnalysisObserver& observer,
             const std::stop_token& stop, Analysis& analysis);

 private:
  const std::vector<std::unique_ptr<WindowExtractor>>& ExtractorsFor(
      const ModelInfo& model, const AnalysedWindows& windows);

  const Config& config_;
  std::span<const WindowExtractorKind> own_;
  WindowWorkers workers_;
  // Of StitchRule::kPublished, whose batches go on from video to video: windows so far, by data set
  // and subject.
  std::map<std::pair<std::string, std::string>, std::int64_t> windows_of_subject_;
};

}  // namespace mestr::internal
