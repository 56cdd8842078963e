// The windows of videos by themselves, without a network: for `mestr features` and the Python
// package.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "mestr/features/window_extractor.h"
#include "mestr/pipeline/analyzer.h"
#include "pipeline/run_resources.h"
#include "pipeline/window_parameters.h"
#include "pipeline/window_stream.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {

struct ExtractedWindows {
  WindowStreamReport report;
  std::int64_t windows = 0;
  std::int64_t without_face = 0;  // of them: their rows are zeros

  // A line for people about these; empty where there are none.
  std::string Remark() const;
};

class WindowExtraction {
 public:
  // Of the options the config's features and landmarks, and the jobs. Throws Error{kConfig} for a
  // layout out of range, {kModel} without a landmark model.
  WindowExtraction(const AnalyzerOptions& options, const WindowExtractorKind& kind);

  const WindowExtractorKind& kind() const { return kind_; }
  FeaturesVariant variant() const;
  WindowParameters ParametersAt(double fps) const;
  RunResources& resources() { return resources_; }

  // As RunWindows. Throws also Error{kInput} for a video that has no window, or no face in any.
  ExtractedWindows Run(FrameSource& source, const WindowLayout& layout, const WindowSink& sink,
                       const std::stop_token& stop);

 private:
  std::shared_ptr<WindowCrew> CrewFor(const WindowLayout& layout);

  const WindowExtractorKind& kind_;
  FeaturesConfig features_;
  std::filesystem::path landmarks_;
  RunResources resources_;
  WindowWorkers workers_;
};

}  // namespace mestr::internal
