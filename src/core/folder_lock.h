// One writer at a time in a folder.
#pragma once

#include <filesystem>
#include <string>

namespace mestr::internal {

// Held while it lives. The system lets it go when the process ends, however it ends.
class FolderLock {
 public:
  // Throws Error{kConfig} where another holder is in the folder, which is named, or no file can be
  // made there.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // Why nothing keeps others out, for people: some file systems have no locks. Empty: it is locked.
  const std::string& note() const { return note_; }

  // Of the file in the folder, which is there while it is locked.
  static constexpr char kFile[] = ".mestr-lock";

 private:
  void Lock(const std::filesystem::path& folder);

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::string note_;
};

}  // namespace mestr::internal
