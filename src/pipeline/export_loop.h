// The loop of `mestr features` over its videos, the same for every family of features.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/export_features.h"
#include "pipeline/features_folder.h"
#include "pipeline/run_resources.h"

namespace mestr::internal {

inline constexpr int kManifestFormat = 2;  // 1 counted frames from 0

// A video that is to be written.
struct ExportTask {
  const VideoInput& input;
  FrameSource& source;
  const std::string& name;  // of its files
  const nlohmann::ordered_json& made_from;
  const AnalysisObserver& observer;
  const std::stop_token& stop;
};

// What one family of features writes of a video.
class VideoExport {
 public:
  using Json = nlohmann::ordered_json;

  virtual ~VideoExport() = default;

  // The manifest without its videos, and the keys whose values an earlier one must share.
  virtual Json Common() const = 0;
  virtual std::vector<std::string> MustAgree() const = 0;
  // A line for people before the first video; may be empty.
  virtual std::string Remark() const = 0;
  virtual RunResources& resources() = 0;

  // All below from several threads at the same time, for a video each.
  // What of the labels the features depend on; null: nothing.
  virtual Json LabelState(const VideoKey& video) const = 0;
  // Why features that were computed with the parameters of an earlier entry are not those of now,
  // or are not there; empty: they are.
  virtual std::string ChangeOf(const Json& entry, const VideoKey& video,
                               const std::filesystem::path& folder) const = 0;
  // Writes the video's files; its entry in the manifest. Adds labelled pairs that it does not cover
  // to `events_left_out`.
  virtual Json Write(const ExportTask& task, FeaturesFolder& folder,
                     std::size_t& events_left_out) = 0;
};

// The entry's first fields.
VideoExport::Json EntryOf(const std::string& name, const VideoKey& video);

bool HasSize(const std::filesystem::path& file, std::uintmax_t bytes);

ExportSummary RunExport(const ExportOptions& options, const std::vector<VideoInput>& videos,
                        const std::vector<std::string>& notes, VideoExport& features,
                        const RunObserver& observer);

}  // namespace mestr::internal
