// Modules that are loaded late.
#pragma once

#include <filesystem>
#include <string_view>

#include "mestr/core/version.h"

namespace mestr::cli {

// What the module's function `entry`, which takes nothing, points to; null where it has none. It
// stays loaded until the process ends. Throws Error{kConfig} when it cannot be loaded.
const void* EntryOfModule(const std::filesystem::path& path, const char* entry);

// Throws Error{kConfig}: it is there, but of another build.
[[noreturn]] void RefuseModule(const std::filesystem::path& path);

// The same as a `Table`, whose version and sizes (of what crosses) must be this build's.
template <typename Table, typename Sizes>
const Table& TableOfModule(const std::filesystem::path& path, const char* entry,
                           const Sizes& sizes) {
  const auto* const table = static_cast<const Table*>(EntryOfModule(path, entry));
  const bool is_ours = table != nullptr && std::string_view(table->version) == Version();
  if (!is_ours || table->sizes != sizes) RefuseModule(path);
  return *table;
}

}  // namespace mestr::cli
