#include "mestr/video/inputs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/limits.h"
#include "mestr/core/error.h"
#include "video/file_kinds.h"
#include "video/manifest.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

// The folder's own name, also where it was given as ".", "clip/" or "..".
std::string FolderName(const fs::path& folder) {
  fs::path full = fs::absolute(folder).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  return full.filename().string();
}

VideoInput OwnVideo(const fs::path& path, const std::string& name) {
  return {.path = path, .key = {.dataset = {}, .subject = {}, .video = name}, .fps = {}};
}

VideoInput OwnVideoFile(const fs::path& file) { return OwnVideo(file, file.stem().string()); }

// What a data set's folder may hold: a video file or, as a rule, a folder of frames.
bool IsClip(const fs::path& entry) { return IsFolder(entry) || IsVideoName(entry); }

VideoInput DatasetClip(const fs::path& clip, const DatasetLayout& layout) {
  const bool is_folder = IsFolder(clip);
  return {.path = clip,
          .key = {.dataset = layout.dataset,
                  .subject = {},
                  .video = (is_folder ? clip.filename() : clip.stem()).string()},
          .fps = is_folder ? layout.fps : std::nullopt};
}

void AddSubjectThenClip(const fs::path& root, const DatasetLayout& layout,
                        std::vector<VideoInput>& inputs) {
  for (const fs::path& subject : ListFolder(root)) {
    if (!IsFolder(subject)) continue;
    const std::string name = subject.filename().string();
    for (const fs::path& clip : ListFolder(subject)) {
      if (!IsClip(clip)) continue;
      inputs.push_back(DatasetClip(clip, layout));
      inputs.back().key.subject = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
    }
  }
}

void AddSubjectInName(const fs::path& root, const DatasetLayout& layout,
                      std::vector<VideoInput>& inputs) {
  for (const fs::path& clip : ListFolder(root)) {
    if (!IsClip(clip)) continue;
    inputs.push_back(DatasetClip(clip, layout));
    VideoKey& key = inputs.back().key;
    key.subject = key.video.substr(0, key.video.find('_'));
  }
}

std::vector<VideoInput> ExpandDataset(const fs::path& root, const DatasetLayout& layout) {
  std::vector<VideoInput> inputs;
  switch (layout.rule) {
    case DatasetLayout::Rule::kSubjectThenClip:
      AddSubjectThenClip(root, layout, inputs);
      break;
    case DatasetLayout::Rule::kSubjectInName:
      AddSubjectInName(root, layout, inputs);
      break;
  }
  if (!inputs.empty()) return inputs;
  const bool nested = layout.rule == DatasetLayout::Rule::kSubjectThenClip;
  throw Error(ErrorKind::kInput, root.string() + ": no clip in it; expected " + layout.folder +
                                     (nested ? "/<subject>/<clip>/" : "/<subject>_<clip>/"));
}

std::vector<VideoInput> ExpandRoot(const fs::path& folder,
                                   const std::vector<DatasetLayout>& layouts) {
  std::vector<VideoInput> inputs;
  for (const DatasetLayout& layout : layouts) {
    const bool is_it = FolderName(folder) == layout.folder;
    const fs::path root = is_it ? folder : folder / layout.folder;
    if (!IsFolder(root)) continue;
    std::vector<VideoInput> clips = ExpandDataset(root, layout);
    inputs.insert(inputs.end(), std::make_move_iterator(clips.begin()),
                  std::make_move_iterator(clips.end()));
  }
  return inputs;
}

std::string LayoutNames(const std::vector<DatasetLayout>& layouts) {
  std::string names;
  for (const DatasetLayout& layout : layouts) names += ", no " + layout.folder;
  return names;
}

std::vector<VideoInput> ExpandFolder(const fs::path& folder, const InputOptions& options) {
  std::vector<VideoInput> inputs = ExpandRoot(folder, options.layouts);
  if (!inputs.empty()) return inputs;

  bool has_images = false;
  for (const fs::path& entry : ListFolder(folder)) {
    const bool is_image = IsImageName(entry);
    if (!(is_image || IsVideoName(entry)) || IsFolder(entry)) continue;
    has_images = has_images || is_image;
    if (!is_image) inputs.push_back(OwnVideoFile(entry));
  }
  if (has_images && !inputs.empty()) {
    throw Error(ErrorKind::kInput,
                folder.string() +
                    ": holds images as well as video files; give the video files by name, or move "
                    "one kind to a folder of its own");
  }
  if (has_images) {
    return {OwnVideo(folder, FolderName(folder))};
  }
  if (inputs.empty()) {
    throw Error(ErrorKind::kInput, folder.string() +
                                       ": nothing to read in this folder: no images (jpg, png, "
                                       "bmp), no video files" +
                                       LayoutNames(options.layouts));
  }
  return inputs;
}

std::vector<VideoInput> Expand(const std::string& argument, const InputOptions& options) {
  const fs::path path = argument;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    if (path.has_filename() && !IsManifestName(path)) return {OwnVideoFile(path)};
    throw Error(ErrorKind::kInput, "'" + argument + "': no such file or folder");
  }
  if (status.type() == fs::file_type::none) {
    throw Error(ErrorKind::kInput, argument + ": cannot be read: " + error.message());
  }
  if (fs::is_directory(status)) return ExpandFolder(path, options);
  if (IsManifestName(path)) return ReadManifest(path);
  if (IsImageName(path)) {
    throw Error(ErrorKind::kInput,
                argument + ": is a single image; give the folder that holds the video's frames");
  }
  return {OwnVideoFile(path)};
}

void SetFps(const InputOptions& options, VideoInput& input) {
  if (!IsFolder(input.path)) return;
  if (options.fps) {
    input.fps = options.fps;
    return;
  }
  if (input.fps || input.key.dataset.empty()) return;
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

std::vector<VideoInput> ResolveInputs(const std::vector<std::string>& arguments,
                                      const InputOptions& options) {
  if (options.fps) RequireInRange("fps", *options.fps, Limits::Above(0));
  std::vector<VideoInput> inputs;
  for (const std::string& argument : arguments) {
    for (VideoInput& input : Expand(argument, options)) {
      SetFps(options, input);
      inputs.push_back(std::move(input));
    }
  }
  CheckDistinct(inputs);
  return inputs;
}

}  // namespace mestr
