#include "video/manifest.h"

#include <optional>
#include <string>

#include "core/csv.h"
#include "core/limits.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

std::string TextOr(const CsvRow& row, std::optional<std::size_t> column) {
  return column ? std::string(row.Text(*column)) : std::string();
}

}  // namespace

std::vector<VideoInput> ReadManifest(const fs::path& path) {
  const CsvTable table = CsvTable::Read(
      path, {.required = {"video", "path"}, .optional = {"dataset", "subject", "fps"}});
  if (table.size() == 0) {
    throw Error(ErrorKind::kInput, path.string() + ": the manifest lists no video");
  }
  const std::size_t video = table.Column("video");
  const std::size_t file = table.Column("path");
  const std::optional<std::size_t> dataset = table.FindColumn("dataset");
  const std::optional<std::size_t> subject = table.FindColumn("subject");
  const std::optional<std::size_t> fps = table.FindColumn("fps");

  std::vector<VideoInput> inputs;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const CsvRow row = table[i];
    inputs.push_back({.path = path.parent_path() / fs::path(row.NonEmptyText(file)),
                      .key = {.dataset = TextOr(row, dataset),
                              .subject = TextOr(row, subject),
                              .video = std::string(row.NonEmptyText(video))},
                      .fps = {}});
    if (fps) {
      const Limits limits = FrameRateLimits();
      inputs.back().fps = row.OptionalDouble(*fps, limits.low, limits.high);
    }
  }
  return inputs;
}

}  // namespace mestr::internal
