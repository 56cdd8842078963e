// Which files people mean as frames and as videos, and the order in which they mean them.
#pragma once

#include <filesystem>
#include <vector>

namespace mestr::internal {

// By extension, in any case: jpg, jpeg, png, bmp.
bool IsImageName(const std::filesystem::path& path);
// By extension, in any case: what video files of a folder are called.
bool IsVideoName(const std::filesystem::path& path);

// By extension, in any case: csv.
bool IsManifestName(const std::filesystem::path& path);

// Everything in `folder` but hidden entries (macOS leaves a ._foo.jpg for every foo.jpg), in
// natural order of the names. Throws Error{kInput} where it can't be read.
std::vector<std::filesystem::path> ListFolder(const std::filesystem::path& folder);

}  // namespace mestr::internal
