#include <algorithm>
#include <iterator>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"
#include "video/folder_inputs.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

bool IsCalled(const std::string& name, const DatasetLayout& layout) {
  return LowerCase(name) == LowerCase(layout.folder);
}

std::string ClipName(const FolderEntry& clip) {
  return (clip.is_folder() ? clip.path.filename() : clip.path.stem()).string();
}

// The clips of one data set's folder, as its layout has them.
class DatasetFolder {
 public:
  DatasetFolder(fs::path root, const DatasetLayout& layout)
      : root_(std::move(root)), layout_(layout), left_out_(root_) {}

  ResolvedInputs Clips() && {
    switch (layout_.rule) {
      case DatasetLayout::Rule::kSubjectThenClip:
        AddSubjectThenClip();
        break;
      case DatasetLayout::Rule::kSubjectInName:
        AddSubjectInName();
        break;
    }
    const bool is_it = FolderName(root_) == layout_.folder;
    if (result_.videos.empty() && is_it) ThrowNoClip();
    if (result_.videos.empty()) return {};
    if (!is_it) {
      result_.notes.push_back(root_.string() + ": is taken for the data set's folder " +
                              layout_.folder);
    }
    if (!left_out_.empty()) {
      result_.notes.push_back(root_.string() + ": left out: " + left_out_.Text());
    }
    return std::move(result_);
  }

 private:
  void AddSubjectThenClip() {
    for (const FolderEntry& subject : ListFolder(root_)) {
      if (!subject.is_folder()) {
        LeaveOut(subject, left_out_);
        continue;
      }
      CheckIsNotTheFolderAgain(subject);
      const std::string name = subject.path.filename().string();
      const std::size_t before = result_.videos.size();
      for (const FolderEntry& clip : ListFolder(subject.path)) {
        AddClip(clip, name.substr(name.rfind('.') + 1));  // npos + 1 is 0
      }
      if (result_.videos.size() == before) {
        left_out_.Add("subject folder", subject.path, "no clip in it");
      }
    }
  }

  void AddSubjectInName() {
    for (const FolderEntry& clip : ListFolder(root_)) {
      if (clip.is_folder()) CheckIsNotTheFolderAgain(clip);
      const std::string name = ClipName(clip);
      AddClip(clip, name.substr(0, name.find('_')));
    }
  }

  // A video file or, as a rule, a folder of frames.
  void AddClip(const FolderEntry& clip, const std::string& subject) {
    if (!clip.is_folder() && !IsVideoFile(clip)) {
      LeaveOut(clip, left_out_);
      return;
    }
    result_.videos.push_back(
        {.path = clip.path,
         .key = {.dataset = layout_.dataset, .subject = subject, .video = ClipName(clip)},
         .fps = clip.is_folder() ? layout_.fps : std::nullopt});
  }

  [[noreturn]] void ThrowNoClip() const {
    const bool nested = layout_.rule == DatasetLayout::Rule::kSubjectThenClip;
    throw Error(ErrorKind::kInput, root_.string() + ": no clip in it; expected " + layout_.folder +
                                       (nested ? "/<subject>/<clip>/" : "/<subject>_<clip>/") +
                                       (left_out_.empty() ? "" : "; it holds " + left_out_.Text()));
  }

  void CheckIsNotTheFolderAgain(const FolderEntry& entry) const {
    if (!IsCalled(entry.path.filename().string(), layout_)) return;
    throw Error(ErrorKind::kInput, root_.string() +
                                       ": holds the data set's folder once more; did "
                                       "you mean " +
                                       entry.path.string() + "?");
  }

  fs::path root_;
  const DatasetLayout& layout_;
  LeftOut left_out_;
  ResolvedInputs result_;
};

// The folder that is to be called as the layout says: that one, or else one in other letters.
const FolderEntry* FindFolder(const std::vector<FolderEntry>& entries,
                              const DatasetLayout& layout) {
  const FolderEntry* found = nullptr;
  for (const FolderEntry& entry : entries) {
    const std::string name = entry.path.filename().string();
    if (!entry.is_folder() || !IsCalled(name, layout)) continue;
    if (found == nullptr || name == layout.folder) found = &entry;
  }
  return found;
}

// "CAS data", "CAS-data" and "CASdata" are nearly CAS_data.
bool IsNearlyCalled(const std::string& name, const DatasetLayout& layout) {
  const auto letters = [](const std::string& text) {
    std::string kept = LowerCase(text);
    std::erase_if(kept, [](char c) { return c == '_' || c == '-' || c == ' ' || c == '.'; });
    return kept;
  };
  return letters(name) == letters(layout.folder);
}

// What stands beside the data sets' folders.
void NoteOthers(const fs::path& root, const std::vector<FolderEntry>& entries,
                const std::vector<const FolderEntry*>& taken, ResolvedInputs& result) {
  LeftOut left_out(root);
  for (const FolderEntry& entry : entries) {
    const bool is_taken = std::any_of(taken.begin(), taken.end(),
                                      [&](const FolderEntry* other) { return other == &entry; });
    if (!is_taken) LeaveOut(entry, left_out);
  }
  if (!left_out.empty()) result.notes.push_back(root.string() + ": left out: " + left_out.Text());
}

// False where it is no such folder after all, only called nearly so.
bool AddClips(const fs::path& root, const DatasetLayout& layout, ResolvedInputs& result) {
  ResolvedInputs clips = DatasetFolder(root, layout).Clips();
  std::move(clips.videos.begin(), clips.videos.end(), std::back_inserter(result.videos));
  std::move(clips.notes.begin(), clips.notes.end(), std::back_inserter(result.notes));
  return !clips.videos.empty();
}

}  // namespace

ResolvedInputs DatasetInputs(const fs::path& folder, const std::vector<DatasetLayout>& layouts) {
  ResolvedInputs result;
  for (const DatasetLayout& layout : layouts) {
    if (IsCalled(FolderName(folder), layout) && AddClips(folder, layout, result)) return result;
  }
  if (layouts.empty()) return result;
  const std::vector<FolderEntry> entries = ListFolder(folder);
  std::vector<const FolderEntry*> taken;
  for (const DatasetLayout& layout : layouts) {
    const FolderEntry* root = FindFolder(entries, layout);
    if (root != nullptr && AddClips(root->path, layout, result)) taken.push_back(root);
  }
  if (!taken.empty()) NoteOthers(folder, entries, taken, result);
  return result;
}

std::string DatasetNameNote(const fs::path& folder, const fs::path& argument,
                            const std::vector<DatasetLayout>& layouts) {
  const std::string name = FolderName(folder);
  for (const DatasetLayout& layout : layouts) {
    if (folder != argument && IsCalled(name, layout)) {
      throw Error(ErrorKind::kInput, argument.string() + ": holds the data set's folder " + name +
                                         " further down; did you mean " +
                                         folder.parent_path().string() + "?");
    }
    if (!IsCalled(name, layout) && IsNearlyCalled(name, layout)) {
      return folder.string() + ": is not taken for the data set's " + layout.folder +
             "; rename it if it is that";
    }
  }
  return {};
}

}  // namespace mestr::internal
