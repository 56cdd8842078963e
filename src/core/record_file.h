// The JSON files that say what a folder of ours holds: run.json, manifest.json.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mestr/core/video_key.h"

namespace mestr::internal {

// The object in the file; empty where it is none of ours: no JSON, no object, or nested deeper than
// anything that we write. Values under a key of `left_out`, at any level, are not kept. Throws
// Error{kInput} for a file that cannot be read.
std::optional<nlohmann::ordered_json> ReadRecord(const std::filesystem::path& path,
                                                 std::span<const std::string_view> left_out = {});

// What is not UTF-8 becomes U+FFFD: a path that is none must not keep results from being written.
void WriteRecord(const std::filesystem::path& path, const nlohmann::ordered_json& record);

// As it reads back from a record.
nlohmann::ordered_json AsInRecord(const nlohmann::ordered_json& json);
std::string AsInRecord(const std::string& text);

VideoKey AsInRecord(const VideoKey& video);

// True for a text that names something within the folder itself, whatever the record's origin: no
// "../x", no "/x", no "a/b".
bool IsNameInFolder(const nlohmann::ordered_json& name);

}  // namespace mestr::internal
