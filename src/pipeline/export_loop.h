// The loop of `mestr features` over its videos, the same for every family of features.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pipeline/export_features.h"
#include "pipeline/features_folder.h"

namespace mestr::internal {

inline constexpr int kManifestFormat = 2;  // 1 counted frames from 0

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
  // What of the labels the features depend on; null: nothing.
  virtual Json LabelState(const VideoKey& video) = 0;
  // Why features that were computed with the parameters of an earlier entry are not those of now,
  // or are not there; empty: they are.
  virtual std::string ChangeOf(const Json& entry, const VideoKey& video,
                               const std::filesystem::path& folder) const = 0;
  // Writes the video's files; its entry in the manifest.
  virtual Json Write(const VideoInput& input, const Json& made_from, FeaturesFolder& folder,
                     ExportSummary& summary) = 0;
};

// The entry's first fields.
VideoExport::Json EntryOf(const std::string& name, const VideoKey& video);

bool HasSize(const std::filesystem::path& file, std::uintmax_t bytes);

ExportSummary RunExport(const ExportOptions& options, const std::vector<VideoInput>& videos,
                        const std::vector<std::string>& notes, VideoExport& features,
                        const RunObserver& observer);

}  // namespace mestr::internal
