// The way of a video through a network of windows, from its frames to its scores.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
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
#include "pipeline/model_set.h"
#include "pipeline/run_resources.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {

// Keeps its extractors from video to video. Thread-safe; of one subject's videos that are stitched
// as published each must be through before the next one begins, or their windows are counted
// wrongly.
class WindowAnalyzer {
 public:
  // All of them outlive this.
  WindowAnalyzer(const Config& config, RunResources& resources,
                 std::span<const WindowExtractorKind> own)
      : config_(config), resources_(resources), own_(own), workers_(resources.processors()) {}

  // CheckWindowModel (pipeline/window_fit.h).
  void Check(const ModelInfo& model) const;

  // What is known before the first frame: `windows`, `parameters`.
  void Begin(const ModelInfo& model, Analysis& analysis) const;

  // Fills all that Analysis has of frames, faces, rows and scores, after Begin. Throws
  // Error{kInput} where no window has a face, or no stretch is as long as a window, {kStopped} and
  // what source, extractors and network throw.
  void Score(FrameSource& source, SharedNetwork& network, const AnalysisObserver& observer,
             const std::stop_token& stop, Analysis& analysis);

 private:
  std::shared_ptr<WindowCrew> CrewFor(const ModelInfo& model, const AnalysedWindows& windows);
  std::int64_t WindowsOfSubject(const VideoKey& video);
  void SetWindowsOfSubject(const VideoKey& video, std::int64_t windows);

  const Config& config_;
  RunResources& resources_;
  std::span<const WindowExtractorKind> own_;
  WindowWorkers workers_;
  // Of StitchRule::kPublished, whose batches go on from video to video: windows so far, by data set
  // and subject.
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::int64_t> windows_of_subject_;
};

}  // namespace mestr::internal
