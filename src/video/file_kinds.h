// Which files people mean as frames and as videos, by their names, and the order in which they mean
// them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "video/left_out.h"

namespace mestr::internal {

// By extension, in any case: the names that JPEG, PNG and BMP files have.
bool IsImageName(const std::filesystem::path& path);
// By extension, in any case: what video files are called and nothing else is.
bool IsVideoName(const std::filesystem::path& path);
// By extension, in any case: images of formats that are not read, unless they move (gif).
bool IsUnreadImageName(const std::filesystem::path& path);
bool IsGifName(const std::filesystem::path& path);
// By extension, in any case: csv.
bool IsManifestName(const std::filesystem::path& path);

struct FolderEntry {
  enum class Type {
    kFile,  // also one that can't be looked at
    kFolder,
    kDeadLink,  // leads nowhere: a file that is missing
    kSpecial,   // a pipe, socket or device, which is never opened
  };
  std::filesystem::path path;
  Type type = Type::kFile;

  bool is_folder() const { return type == Type::kFolder; }
  bool is_file() const { return type == Type::kFile; }
  // A frame or a video has a name, also where the file is missing.
  bool has_file_name() const { return type == Type::kFile || type == Type::kDeadLink; }
};

// Everything in `folder` but what systems leave there: hidden entries (macOS leaves a ._foo.jpg for
// every foo.jpg), Thumbs.db and the like. In natural order of the names. Throws Error{kInput} where
// it can't be read.
std::vector<FolderEntry> ListFolder(const std::filesystem::path& folder);

// In natural order of the names.
void SortNaturally(std::vector<FolderEntry>& entries);

// True where the type or the extension says that `entry` can't be a frame or a video: a pipe, an
// image of a format that is not read. Adds it then, with its kind and the remedy.
bool IsLeftOutUnread(const FolderEntry& entry, LeftOut& left_out);

}  // namespace mestr::internal
