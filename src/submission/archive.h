// Zip files of a few small texts: what a leaderboard takes.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mestr::internal {

struct ArchiveEntry {
  std::string name;
  std::string content;
};

// Writes the zip atomically; the same entries give the same bytes (fixed time stamp, no owner).
// Throws Error{kConfig} naming a path that cannot be written.
void WriteZip(const std::filesystem::path& path, std::span<const ArchiveEntry> entries);

// All entries, in the order of the zip's bytes; names are as they stand there, and must not be
// shown before Printable. Throws Error{kInput}: missing, not a zip, damaged, encrypted, a directory
// that does not agree with what the zip holds, more than 64 MiB packed or unpacked, more than 1000
// entries.
std::vector<ArchiveEntry> ReadZip(const std::filesystem::path& path);

}  // namespace mestr::internal
