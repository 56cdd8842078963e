// The windows of a video as `mestr features` writes them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mestr/features/window_extractor.h"
#include "pipeline/export_loop.h"
#include "pipeline/window_extraction.h"

namespace mestr::internal {

// A file a video: <name>.npy, [windows, window frames, row values]. Its entry says where each
// window begins and in how many of its frames no face was seen before the first that shows one.
class WindowExport final : public VideoExport {
 public:
  // Throws Error{kConfig} for a layout out of range, {kModel} without a landmark model.
  WindowExport(const ExportOptions& options, const WindowExtractorKind& kind);

  Json Common() const override;
  std::vector<std::string> MustAgree() const override;
  std::string Remark() const override;
  RunResources& resources() override { return windows_.resources(); }
  Json LabelState(const VideoKey&) const override { return {}; }
  std::string ChangeOf(const Json& entry, const VideoKey& video,
                       const std::filesystem::path& folder) const override;
  Json Write(const ExportTask& task, FeaturesFolder& folder, std::size_t& events_left_out) override;

 private:
  struct Written;

  Written WriteWindows(const ExportTask& task, const WindowLayout& layout,
                       const std::filesystem::path& path);
  std::vector<int> FileShape(const WindowLayout& layout) const;

  const ExportOptions& options_;
  WindowExtraction windows_;
};

}  // namespace mestr::internal
