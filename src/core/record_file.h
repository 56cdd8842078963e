// The JSON files that say what a folder of ours holds: run.json, manifest.json.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace mestr::internal {

// The object in the file; empty where it is none of ours: no JSON, no object, or nested deeper than
// anything that we write. Throws Error{kInput} for a file that cannot be read.
std::optional<nlohmann::ordered_json> ReadRecord(const std::filesystem::path& path);

// What is not UTF-8 becomes U+FFFD: a path that is none must not keep results from being written.
void WriteRecord(const std::filesystem::path& path, const nlohmann::ordered_json& record);

// `text` as it reads back from a record.
std::string AsInRecord(const std::string& text);

// True for a text that names something within the folder itself, whatever the record's origin: no
// "../x", no "/x", no "a/b".
bool IsNameInFolder(const nlohmann::ordered_json& name);

}  // namespace mestr::internal
