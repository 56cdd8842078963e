// The windows of a video as `mestr features` writes them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mestr/features/window_extractor.h"
#include "pipeline/export_loop.h"
#include "pipeline/window_parameters.h"
#include "pipeline/window_stream.h"
#include "pipeline/window_workers.h"

namespace mestr::internal {

// A file a video: <name>.npy, [windows, window frames, row values]. Its entry says where each
// window begins and in how many of its frames no face was seen before the first that shows one.
class WindowExport final : public VideoExport {
 public:
  // Throws Error{kConfig} for a layout out of range, {kModel} without a landmark model.
  WindowExport(const ExportOptions& options, const WindowExtractorKind& kind,
               const RunObserver& observer);

  Json Common() const override;
  std::vector<std::string> MustAgree() const override;
  std::string Remark() const override;
  Json LabelState(const VideoKey&) override { return {}; }
  std::string ChangeOf(const Json& entry, const VideoKey& video,
                       const std::filesystem::path& folder) const override;
  Json Write(const VideoInput& input, const Json& made_from, FeaturesFolder& folder,
             ExportSummary& summary) override;

 private:
  struct Written;

  FeaturesVariant variant() const;
  WindowParameters ParametersAt(double fps) const;
  void TellStep(const VideoInput& input, const WindowParameters& parameters, double fps) const;
  Written WriteWindows(FrameSource& source, const WindowLayout& layout,
                       const std::filesystem::path& path);
  const std::vector<std::unique_ptr<WindowExtractor>>& ExtractorsFor(const WindowLayout& layout);
  std::vector<int> FileShape(const WindowLayout& layout) const;

  const ExportOptions& options_;
  const WindowExtractorKind& kind_;
  const RunObserver& observer_;
  WindowWorkers workers_;
};

}  // namespace mestr::internal
