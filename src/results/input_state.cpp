#include "results/input_state.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/files.h"
#include "core/hash.h"
#include "core/number_text.h"
#include "core/record_file.h"
#include "core/text.h"
#include "mestr/core/version.h"
#include "video/file_kinds.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct FileState {
  std::int64_t bytes = 0;
  std::int64_t modified_s = 0;  // since 1970
  std::int64_t modified_ns = 0;
};

std::optional<FileState> StateOf(const fs::path& file) {
  struct stat there = {};
  if (::stat(file.c_str(), &there) != 0) return std::nullopt;
  return FileState{there.st_size, there.st_mtim.tv_sec, there.st_mtim.tv_nsec};
}

// "2026-01-31T12:00:00.000000000Z"
std::string TimeText(const FileState& state) {
  const std::time_t seconds = state.modified_s;
  std::tm utc = {};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &utc);
  return std::string(text.data(), size) + ZeroPadded(state.modified_ns, 9) + "Z";
}

bool IsOlder(const FileState& a, const FileState& b) {
  return std::tie(a.modified_s, a.modified_ns) < std::tie(b.modified_s, b.modified_ns);
}

std::string RateText(const Json& fps) {
  return fps.is_number() ? "given as " + NumberText(fps.get<double>()) : "not given";
}

std::vector<fs::path> FilesOf(const fs::path& input) {
  if (!IsFolder(input)) return {input};
  std::vector<fs::path> files;
  for (const FolderEntry& entry : ListFolder(input)) {
    if (IsImageName(entry.path)) files.push_back(entry.path);
  }
  return files;
}

}  // namespace

Json InputStateOf(const fs::path& input) {
  const std::vector<fs::path> files = FilesOf(input);
  std::string all;
  std::int64_t bytes = 0;
  FileState latest;
  for (const fs::path& file : files) {
    const std::optional<FileState> state = StateOf(file);
    if (!state) return {};
    // The file of a video may be called anything.
    const std::string name = files.size() == 1 ? "" : file.filename().string();
    all += name + '\0' + std::to_string(state->bytes) + ' ' + TimeText(*state) + '\n';
    bytes += state->bytes;
    latest = std::max(latest, *state, IsOlder);
  }
  return {{"files", files.size()},
          {"bytes", bytes},
          {"modified", TimeText(latest)},
          {"hash", HashText(all)}};
}

Json MadeFrom(const VideoInput& input) {
  Json made_from = InputStateOf(input.path);
  std::error_code error;
  const fs::path absolute = fs::absolute(input.path, error).lexically_normal();
  made_from["path"] = AsInRecord((error ? input.path : absolute).string());
  made_from["mestr"] = Version();
  made_from["fps"] = input.fps ? Json(*input.fps) : Json();
  return made_from;
}

std::string ChangeOf(const Json& earlier, const Json& now) {
  const auto then = [&](const char* key) {
    return earlier.is_object() && earlier.contains(key) ? earlier[key] : Json();
  };
  const auto differs = [&](const char* key) { return then(key) != now.value(key, Json()); };
  if (!then("hash").is_string() || !then("path").is_string()) {
    return "what its results were made from is not recorded";
  }
  if (differs("path")) return "it was " + then("path").get<std::string>();
  if (differs("files") || differs("bytes") || differs("modified") || differs("hash")) {
    const Json time = then("modified");
    return "it changed since its results were made" +
           (time.is_string() ? " (of " + time.get<std::string>() + ")" : "");
  }
  if (differs("mestr")) return "another version of mestr made its results";
  if (differs("fps")) {
    return "its frame rate was " + RateText(then("fps")) + " and is " + RateText(now.at("fps")) +
           " now";
  }
  return "";
}

}  // namespace mestr::internal
