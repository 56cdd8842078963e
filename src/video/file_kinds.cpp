#include "video/file_kinds.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

template <std::size_t N>
bool IsOneOf(const std::string& text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string ExtensionOf(const fs::path& path) { return LowerCase(path.extension().string()); }

bool IsOfTheSystem(const std::string& name) {
  constexpr std::array<std::string_view, 6> kNames = {"thumbs.db", "ehthumbs.db", "desktop.ini",
                                                      "__macosx",  "@eadir",      "$recycle.bin"};
  return name.starts_with('.') || IsOneOf(LowerCase(name), kNames);
}

// Nothing where it vanished after it was listed.
std::optional<FolderEntry::Type> TypeOf(const fs::path& path) {
  using Type = FolderEntry::Type;
  std::error_code error;
  switch (fs::status(path, error).type()) {
    case fs::file_type::directory:
      return Type::kFolder;
    case fs::file_type::regular:
    case fs::file_type::none:  // no permission, a ring of links: it fails when it is opened
    case fs::file_type::unknown:
      return Type::kFile;
    case fs::file_type::not_found:
      if (!fs::is_symlink(fs::symlink_status(path, error))) return std::nullopt;
      return Type::kDeadLink;
    default:
      return Type::kSpecial;
  }
}

}  // namespace

bool IsImageName(const fs::path& path) {
  constexpr std::array<std::string_view, 7> kExtensions = {".jpg", ".jpeg", ".jpe", ".jfif",
                                                           ".png", ".bmp",  ".dib"};
  return IsOneOf(ExtensionOf(path), kExtensions);
}

bool IsVideoName(const fs::path& path) {
  constexpr std::array<std::string_view, 28> kExtensions = {
      ".mp4", ".m4v", ".mov", ".qt",  ".avi", ".divx", ".mkv", ".webm", ".mpg", ".mpeg",
      ".mpe", ".m2v", ".wmv", ".asf", ".3gp", ".3g2",  ".mts", ".m2ts", ".m2t", ".vob",
      ".mxf", ".ogv", ".flv", ".f4v", ".rm",  ".rmvb", ".y4m", ".mjpeg"};
  return IsOneOf(ExtensionOf(path), kExtensions);
}

bool IsUnreadImageName(const fs::path& path) {
  constexpr std::array<std::string_view, 19> kExtensions = {
      ".tif", ".tiff", ".webp", ".jp2", ".j2k", ".jxl", ".pgm",  ".ppm",  ".pnm", ".pbm",
      ".exr", ".hdr",  ".tga",  ".dng", ".cr2", ".nef", ".heic", ".heif", ".avif"};
  return IsOneOf(ExtensionOf(path), kExtensions) || IsGifName(path);
}

bool IsGifName(const fs::path& path) { return ExtensionOf(path) == ".gif"; }

bool IsManifestName(const fs::path& path) { return ExtensionOf(path) == ".csv"; }

std::vector<FolderEntry> ListFolder(const fs::path& folder) {
  std::vector<FolderEntry> entries;
  std::error_code error;
  fs::directory_iterator next(folder, error);
  while (!error && next != fs::directory_iterator()) {
    if (!IsOfTheSystem(next->path().filename().string())) {
      if (const auto type = TypeOf(next->path())) entries.push_back({next->path(), *type});
    }
    next.increment(error);
  }
  if (error) {
    throw Error(ErrorKind::kInput,
                folder.string() + ": cannot read the folder: " + error.message());
  }
  SortNaturally(entries);
  return entries;
}

void SortNaturally(std::vector<FolderEntry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const FolderEntry& a, const FolderEntry& b) {
    return NaturalLess(a.path.filename().string(), b.path.filename().string());
  });
}

bool IsLeftOutUnread(const FolderEntry& entry, LeftOut& left_out) {
  if (entry.type == FolderEntry::Type::kSpecial) {
    left_out.Add("special file", entry.path, "pipes, sockets and devices are not opened");
    return true;
  }
  if (entry.is_folder() || !IsUnreadImageName(entry.path)) return false;
  left_out.Add(ExtensionOf(entry.path).substr(1) + " image", entry.path,
               "not read: convert to png");
  return true;
}

}  // namespace mestr::internal
