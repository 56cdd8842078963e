// Files that appear whole or not at all, and the order in which people number them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace mestr::internal {

// Throws Error{kConfig} "cannot write <path>: <reason>".
[[noreturn]] void ThrowCannotWrite(const std::filesystem::path& path, const std::string& reason);

// Writes `content` beside `path` and renames it there, so that a reader sees the old file or the
// new one, never a part. Missing parent folders are made. Throws Error{kConfig} naming the path and
// the system's reason.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// The same for a file that a callback writes: `write` gets the temporary path (same folder, same
// extension) and must leave a complete file there. On any exception the temporary file is removed.
void WriteFileAtomically(const std::filesystem::path& path,
                         const std::function<void(const std::filesystem::path&)>& write);

// False also where it can't be looked at (no permission, a name that is too long).
bool Exists(const std::filesystem::path& path);
bool IsFolder(const std::filesystem::path& path);

// The whole file. Throws Error{kInput} naming the path.
std::string ReadFile(const std::filesystem::path& path);

// The same; a file of more than `most_bytes`, a device that never ends included, is an
// Error{kInput} with the limit.
std::string ReadFile(const std::filesystem::path& path, std::uint64_t most_bytes);

// "64 MiB", for a limit in whole MiB.
std::string MebibytesText(std::uint64_t bytes);

// True when `a` comes before `b` in natural order: runs of digits compare by value (img9 < img10;
// img009 after img9 where values are equal), everything else by byte.
bool NaturalLess(std::string_view a, std::string_view b);

// `text` as one component of a path on any system: letters, digits, '.', '_', '-' and bytes of
// UTF-8 stay, all else becomes '_'; never empty, ".", ".." or hidden. Two different texts may give
// one component.
std::string SafeFileName(std::string_view text);

}  // namespace mestr::internal
