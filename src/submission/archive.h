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

// All entries, in the order of the file. Throws Error{kInput}: missing, not a zip, damaged, or more
// than 1 GiB unpacked.
std::vector<ArchiveEntry> ReadZip(const std::filesystem::path& path);

}  // namespace mestr::internal
