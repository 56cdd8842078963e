// Files that appear whole or not at all, and the order in which people number them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mestr::internal {

// Throws Error{kConfig} "cannot write <path>: <reason>".
[[noreturn]] void ThrowCannotWrite(const std::filesystem::path& path, const std::string& reason);

// Throws Error{kConfig} where the name of the folder for results is empty, or something else's.
void CheckOutputFolder(const std::filesystem::path& folder);

// Makes the folder for results, and those above it, where it is not there. Throws as the above, and
// where it cannot be made.
void MakeOutputFolder(const std::filesystem::path& folder);

// Writes `content` beside `path` and renames it there, so that a reader sees the old file or the
// new one, never a part. Missing parent folders are made; a file that was there keeps its mode and,
// where the system allows it, its owner. A link is followed and stays. What is no regular file, and
// a name of an open file (/dev/null, a pipe, /dev/stdout), is written into. Throws Error{kConfig}
// naming the path and the system's reason.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// The same for a file that a callback writes: `write` gets the temporary path (same folder, same
// extension; an empty file is there) and must leave a complete file there. On any exception the
// temporary file is removed, and an Error names `path` in its place.
void WriteFileAtomically(const std::filesystem::path& path,
                         const std::function<void(const std::filesystem::path&)>& write);

// Writes `content` to a file of a folder that nobody looks into yet. Throws as the above.
void WriteNewFile(const std::filesystem::path& path, std::string_view content);

// False also where it can't be looked at (no permission, a name that is too long).
bool Exists(const std::filesystem::path& path);
bool IsFolder(const std::filesystem::path& path);

// The name that a video gets from its file, without extension, or from its folder, whole: a folder
// keeps what looks like an extension. A separator at the end does not count.
std::string InputName(const std::filesystem::path& path);

// Of a regular file; empty for all else.
std::optional<std::uint64_t> FileBytes(const std::filesystem::path& path);

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

// `text` as one component of a path on any system: letters and digits of any language, '.', '_' and
// '-' stay, all else (what is no UTF-8 too) becomes '_'; never empty, ".", ".." or hidden. Two
// different texts may give one component, and a long text a long one.
std::string SafeFileName(std::string_view text);

// Of a file's name on the usual file systems.
inline constexpr std::size_t kMostFileNameBytes = 255;

// `name`, or where it is longer its beginning and a hash of the whole: at most so many bytes (20 or
// more), which end between two characters.
std::string ShortenedFileName(std::string_view name, std::size_t most_bytes);

}  // namespace mestr::internal
