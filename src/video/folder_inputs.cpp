#include "video/folder_inputs.h"

#include <sys/stat.h>

#include <set>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"
#include "video/content_kind.h"
#include "video/frame_names.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

struct FolderContent {
  std::vector<fs::path> images;
  std::vector<FolderEntry> videos;
  std::vector<FolderEntry> folders;
  std::vector<FolderEntry> others;
};

bool HasImageName(const FolderEntry& entry) {
  return entry.has_file_name() && IsImageName(entry.path);
}

bool HasVideoName(const FolderEntry& entry) {
  return entry.has_file_name() && IsVideoName(entry.path);
}

FolderContent Sorted(const fs::path& folder, const std::vector<FolderEntry>& entries) {
  FolderContent content;
  for (const FolderEntry& entry : entries) {
    if (HasImageName(entry)) content.images.push_back(entry.path);
  }
  // Beside frames there may be a file for each of them, too many to look into.
  const bool by_content = content.images.empty();
  for (const FolderEntry& entry : entries) {
    if (entry.is_folder()) {
      content.folders.push_back(entry);
    } else if (by_content ? IsVideoFile(entry) : HasVideoName(entry)) {
      content.videos.push_back(entry);
    } else if (!HasImageName(entry)) {
      content.others.push_back(entry);
    }
  }
  if (content.images.empty() || content.videos.empty()) return content;
  throw Error(ErrorKind::kInput, folder.string() + ": holds images as well as video files (" +
                                     Counted(std::ssize(content.images), "image") + ", " +
                                     Counted(std::ssize(content.videos), "video file") +
                                     "); give the video files by name, or move one kind to a "
                                     "folder of its own");
}

// A cover beside folders of clips is no video. What is wrong with numbered names is told when they
// are read.
bool AreFrames(const std::vector<fs::path>& images) {
  if (images.size() < 2) return false;
  try {
    return FindFrames(images).numbered;
  } catch (const Error&) {
    return true;
  }
}

class FolderWalk {
 public:
  FolderWalk(fs::path folder, const std::vector<DatasetLayout>& layouts)
      : folder_(std::move(folder)), layouts_(layouts), left_out_(folder_) {}

  ResolvedInputs Clips() && {
    IsNew(folder_);
    Visit(folder_, ListFolder(folder_));
    if (result_.videos.empty()) ThrowNothing();
    if (!left_out_.empty()) {
      result_.notes.push_back(folder_.string() + ": left out: " + left_out_.Text());
    }
    return std::move(result_);
  }

 private:
  void Visit(const fs::path& folder, const std::vector<FolderEntry>& entries) {
    const std::string note = DatasetNameNote(folder, folder_, layouts_);
    if (!note.empty()) result_.notes.push_back(note);
    const FolderContent content = Sorted(folder, entries);
    if (AreFrames(content.images)) {
      AddClip(folder, folder);
      return;
    }
    const std::size_t before = result_.videos.size();
    VisitInOrder(content);
    for (const FolderEntry& other : content.others) LeaveOut(other, left_out_);
    const bool has_clips = result_.videos.size() > before;
    const bool may_be_frames = content.images.size() > 1 || folder == folder_;
    if (!has_clips && !content.images.empty() && may_be_frames) {
      AddClip(folder, folder);
      return;
    }
    for (const fs::path& image : content.images) left_out_.Add("image", image);
    const bool is_empty = entries.empty() && folder != folder_;
    if (is_empty) left_out_.Add("empty folder", folder);
  }

  void VisitInOrder(const FolderContent& content) {
    std::vector<FolderEntry> clips = content.videos;
    clips.insert(clips.end(), content.folders.begin(), content.folders.end());
    SortNaturally(clips);
    for (const FolderEntry& clip : clips) {
      if (clip.is_folder()) {
        VisitBelow(clip.path);
      } else {
        AddClip(clip.path, clip.path.parent_path() / clip.path.stem());
      }
    }
  }

  void VisitBelow(const fs::path& folder) {
    if (!IsNew(folder)) {
      left_out_.Add("repeated folder", folder, "linked twice");
      return;
    }
    std::vector<FolderEntry> entries;
    try {
      entries = ListFolder(folder);
    } catch (const Error&) {
      left_out_.Add("unreadable folder", folder);
      return;
    }
    Visit(folder, entries);
  }

  // `name` is the clip's path without an extension.
  void AddClip(const fs::path& clip, const fs::path& name) {
    std::string video;
    for (const fs::path& part : name.lexically_relative(folder_)) {
      video += (video.empty() ? "" : "_") + part.string();
    }
    if (name == folder_) video = FolderName(folder_);
    result_.videos.push_back(
        {.path = clip, .key = {.dataset = {}, .subject = {}, .video = video}, .fps = {}});
  }

  // Links may lead back, or to what is there already.
  bool IsNew(const fs::path& folder) {
    struct stat status = {};
    if (::stat(folder.c_str(), &status) != 0) return true;
    return seen_.emplace(status.st_dev, status.st_ino).second;
  }

  [[noreturn]] void ThrowNothing() const {
    std::string layouts;
    for (const DatasetLayout& layout : layouts_) layouts += ", no " + layout.folder;
    throw Error(ErrorKind::kInput,
                folder_.string() +
                    ": nothing to read in this folder: no images (jpg, png, bmp), no video files" +
                    layouts + (left_out_.empty() ? "" : "; it holds " + left_out_.Text()));
  }

  fs::path folder_;
  const std::vector<DatasetLayout>& layouts_;
  LeftOut left_out_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  ResolvedInputs result_;
};

}  // namespace

std::string FolderName(const fs::path& folder) {
  fs::path full = fs::absolute(folder).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  return full.filename().string();
}

bool IsVideoFile(const FolderEntry& entry) {
  if (HasVideoName(entry)) return true;
  if (!entry.is_file()) return false;
  if (IsUnreadImageName(entry.path) && !IsGifName(entry.path)) return false;
  return ContentOf(entry.path) == ContentKind::kVideo;
}

void LeaveOut(const FolderEntry& entry, LeftOut& left_out) {
  if (IsLeftOutUnread(entry, left_out)) return;
  if (entry.is_folder()) {
    left_out.Add("folder", entry.path);
  } else if (entry.type == FolderEntry::Type::kDeadLink) {
    left_out.Add("dead link", entry.path);
  } else if (IsImageName(entry.path)) {
    left_out.Add("image", entry.path);
  } else if (IsVideoName(entry.path)) {
    left_out.Add("video file", entry.path);
  } else {
    left_out.Add(ContentName(ContentOf(entry.path)), entry.path);
  }
}

ResolvedInputs FolderInputs(const fs::path& folder, const std::vector<DatasetLayout>& layouts) {
  return FolderWalk(folder, layouts).Clips();
}

}  // namespace mestr::internal
