#include "core/record_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/files.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostLevels = 16;  // ours have six; what walks through a record calls itself a level

std::string Dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

bool HasAtMostLevels(const Json& json, int levels) {
  if (!json.is_structured()) return true;
  return levels > 0 && std::all_of(json.begin(), json.end(), [levels](const Json& value) {
           return HasAtMostLevels(value, levels - 1);
         });
}

}  // namespace

std::optional<Json> ReadRecord(const fs::path& path, std::span<const std::string_view> left_out) {
  const auto is_kept = [&](int /*level*/, Json::parse_event_t event, Json& key) {
    return event != Json::parse_event_t::key ||
           std::find(left_out.begin(), left_out.end(), key.get_ref<const std::string&>()) ==
               left_out.end();
  };
  const Json::parser_callback_t filter =
      left_out.empty() ? Json::parser_callback_t() : Json::parser_callback_t(is_kept);
  Json record = Json::parse(ReadFile(path), filter, /*allow_exceptions=*/false);
  if (!record.is_object() || !HasAtMostLevels(record, kMostLevels)) return std::nullopt;
  return record;
}

void WriteRecord(const fs::path& path, const Json& record) {
  WriteFileAtomically(path, Dump(record, 1) + "\n");
}

Json AsInRecord(const Json& json) { return Json::parse(Dump(json, -1)); }

std::string AsInRecord(const std::string& text) {
  return AsInRecord(Json(text)).get<std::string>();
}

VideoKey AsInRecord(const VideoKey& video) {
  return {.dataset = AsInRecord(video.dataset),
          .subject = AsInRecord(video.subject),
          .video = AsInRecord(video.video)};
}

bool IsNameInFolder(const Json& name) {
  if (!name.is_string()) return false;
  const auto& text = name.get_ref<const std::string&>();
  return !text.empty() && text != "." && text != ".." &&
         text.find_first_of(std::string("/\0", 2)) == std::string::npos;
}

}  // namespace mestr::internal
