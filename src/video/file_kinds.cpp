#include "video/file_kinds.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <system_error>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

template <std::size_t N>
bool HasExtension(const fs::path& path, const std::array<std::string_view, N>& extensions) {
  std::string extension = path.extension().string();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

}  // namespace

bool IsImageName(const fs::path& path) {
  constexpr std::array<std::string_view, 4> kExtensions = {".jpg", ".jpeg", ".png", ".bmp"};
  return HasExtension(path, kExtensions);
}

bool IsVideoName(const fs::path& path) {
  constexpr std::array<std::string_view, 10> kExtensions = {
      ".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".3gp"};
  return HasExtension(path, kExtensions);
}

bool IsManifestName(const fs::path& path) {
  constexpr std::array<std::string_view, 1> kExtensions = {".csv"};
  return HasExtension(path, kExtensions);
}

std::vector<fs::path> ListFolder(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  fs::directory_iterator next(folder, error);
  while (!error && next != fs::directory_iterator()) {
    if (next->path().filename().string().front() != '.') entries.push_back(next->path());
    next.increment(error);
  }
  if (error) {
    throw Error(ErrorKind::kInput,
                folder.string() + ": cannot read the folder: " + error.message());
  }
  std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
    return NaturalLess(a.filename().string(), b.filename().string());
  });
  return entries;
}

}  // namespace mestr::internal
