#include "mestr/video/inputs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "video/file_kinds.h"
#include "video/folder_inputs.h"
#include "video/manifest.h"
#include "video/path_advice.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

VideoInput OwnVideoFile(const fs::path& file) {
  return {.path = file,
          .key = {.dataset = {}, .subject = {}, .video = file.stem().string()},
          .fps = {}};
}

ResolvedInputs OfFolder(const fs::path& folder, const InputOptions& options) {
  ResolvedInputs inputs = DatasetInputs(folder, options.layouts);
  return inputs.videos.empty() ? FolderInputs(folder, options.layouts) : inputs;
}

ResolvedInputs Expand(const std::string& argument, const InputOptions& options) {
  const fs::path path = argument;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    if (path.has_filename() && !IsManifestName(path)) return {{OwnVideoFile(path)}, {}};
    throw Error(ErrorKind::kInput, "'" + argument + "': no such file or folder" + PathAdvice(path));
  }
  if (status.type() == fs::file_type::none) {
    throw Error(ErrorKind::kInput, argument + ": cannot be read: " + error.message());
  }
  if (fs::is_directory(status)) return OfFolder(path, options);
  if (IsManifestName(path)) return {ReadManifest(path), {}};
  if (IsImageName(path)) {
    throw Error(ErrorKind::kInput,
                argument + ": is a single image; give the folder that holds the video's frames");
  }
  return {{OwnVideoFile(path)}, {}};
}

void SetFps(const InputOptions& options, VideoInput& input) {
  if (options.fps) {
    input.fps = options.fps;
    return;
  }
  if (input.fps || input.key.dataset.empty() || !IsFolder(input.path)) return;
  for (const DatasetLayout& layout : options.layouts) {
    if (layout.dataset == input.key.dataset) input.fps = layout.fps;
  }
}

std::string OutputName(const VideoKey& key) {
  if (key.dataset.empty() && key.subject.empty()) return "'" + key.video + "'";
  return "data set '" + key.dataset + "', subject '" + key.subject + "', video '" + key.video + "'";
}

void CheckDistinct(const std::vector<VideoInput>& inputs) {
  std::map<VideoKey, const VideoInput*> seen;
  for (const VideoInput& input : inputs) {
    const auto [other, is_new] = seen.try_emplace(Comparable(input.key), &input);
    if (is_new) continue;
    const std::string& subject = other->second->key.subject;
    const std::string same_subject =
        subject == input.key.subject ? "" : ", where '" + subject + "' is the same subject";
    throw Error(ErrorKind::kInput,
                other->second->path.string() + " and " + input.path.string() +
                    " would have the same name in the results (" + OutputName(input.key) +
                    same_subject + "): leave one out, rename it, or name them in a manifest CSV (" +
                    std::string(kManifestHeader) + ")");
  }
}

}  // namespace

ResolvedInputs ResolveInputs(const std::vector<std::string>& arguments,
                             const InputOptions& options) {
  if (options.fps) RequireInRange("fps", *options.fps, Limits::Above(0));
  ResolvedInputs inputs;
  for (const std::string& argument : arguments) {
    ResolvedInputs expanded = Expand(argument, options);
    std::move(expanded.videos.begin(), expanded.videos.end(), std::back_inserter(inputs.videos));
    std::move(expanded.notes.begin(), expanded.notes.end(), std::back_inserter(inputs.notes));
  }
  for (VideoInput& input : inputs.videos) SetFps(options, input);
  CheckDistinct(inputs.videos);
  for (std::string& note : inputs.notes) note = Printable(note);
  return inputs;
}

}  // namespace mestr
