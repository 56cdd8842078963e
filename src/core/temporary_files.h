// What is not whole yet: names beside those that it will have.
#pragma once

#include <filesystem>
#include <functional>

namespace mestr::internal {

// Beside `target`, hidden, with its extension: so a library that chooses a format by extension
// chooses the same one, and the rename stays within one file system.
std::filesystem::path TemporaryPath(const std::filesystem::path& target);

// Writes a folder that is not there yet: `write` fills the one whose path it gets, which then takes
// that name. Nothing stays of it on any exception. Throws Error{kConfig} naming `folder`.
void WriteFolderAtomically(
    const std::filesystem::path& folder,
    const std::function<void(const std::filesystem::path& temporary)>& write);

// Removes what processes that are gone left half-written in `folder` itself, those of another host
// after a day. For who has its lock.
void RemoveLeftovers(const std::filesystem::path& folder);

}  // namespace mestr::internal
