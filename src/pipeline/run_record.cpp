#include "pipeline/run_record.h"

#include <algorithm>
#include <utility>

#include "core/record_file.h"
#include "core/results_files.h"
#include "results/run_identity.h"

namespace mestr::internal {
namespace {

using Json = RunRecord::Json;

Json EntryFor(const VideoInput& input) {
  return {{"path", input.path.string()},
          {"dataset", input.key.dataset},
          {"subject", input.key.subject},
          {"video", input.key.video}};
}

// The same video, with the same names of its files.
bool IsEntryOf(const Json& open, const Json& earlier) {
  for (const char* key : {"dataset", "subject", "video", "file", "frames_file"}) {
    const Json now = open.value(key, Json());
    const Json text = now.is_string() ? Json(AsInRecord(now.get<std::string>())) : now;
    if (earlier.value(key, Json()) != text) return false;
  }
  return true;
}

// Whatever an earlier record has there.
bool IsOk(const Json& entry) { return entry.contains("ok") && entry["ok"] == true; }

}  // namespace

RunRecord::RunRecord(Json head, const std::vector<VideoInput>& videos,
                     const std::vector<std::string>& files,
                     const std::vector<std::string>& frames_files)
    : head_(std::move(head)) {
  for (std::size_t i = 0; i < videos.size(); ++i) {
    Json entry = EntryFor(videos[i]);
    entry["file"] = files.at(i);
    if (!frames_files.empty()) entry["frames_file"] = frames_files.at(i);
    open_.push_back(entry);
  }
  videos_ = open_;
}

std::size_t RunRecord::TakeEarlier(const Json& earlier) {
  const Json wall_s = earlier.value("wall_seconds", Json());
  if (wall_s.is_number()) wall_s_ = wall_s.get<double>();
  const Json files = earlier.value("files", Json::array());
  // What a call that was killed left may be newer than the report.
  const bool ended = earlier.value("status", Json()) != "running";
  if (ended && std::find(files.begin(), files.end(), kReportFile) != files.end()) {
    reported_ = earlier.value("videos", Json::array());
  }
  std::size_t taken = 0;
  // Both are in the order of the inputs, but for what is new.
  std::vector<Json> entries = earlier.value("videos", std::vector<Json>());
  auto next = entries.begin();
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const auto is_it = [&](const Json& entry) {
      return HasResults(entry) && IsEntryOf(open_[i], entry);
    };
    auto found = std::find_if(next, entries.end(), is_it);
    if (found == entries.end()) found = std::find_if(entries.begin(), next, is_it);
    if (found == entries.end() || !is_it(*found)) continue;
    videos_[i] = std::exchange(*found, Json());
    videos_[i]["path"] = open_[i]["path"];
    next = found + 1;
    ++taken;
  }
  return taken;
}

bool RunRecord::HasResultsOf(std::size_t video) const { return HasResults(videos_[video]); }

void RunRecord::SetResults(std::size_t video, const Json& facts) {
  Json entry = open_[video];
  entry["ok"] = true;
  entry.update(facts);
  // Later calls may have another one.
  if (const auto device = head_.find("device"); device != head_.end()) {
    entry["device"] = {{"flow", device->at("flow")}, {"network", device->at("network")}};
  }
  videos_[video] = std::move(entry);
  reported_ = nullptr;
}

void RunRecord::KeepResults(std::size_t video) {
  videos_[video]["ok"] = true;
  videos_[video].erase("error");
}

void RunRecord::SetFailed(std::size_t video, const std::string& why, bool keeps_results) {
  if (!keeps_results) {
    videos_[video] = open_[video];
    for (const char* file : {"file", "frames_file"}) videos_[video].erase(file);
  }
  videos_[video]["ok"] = false;
  videos_[video]["error"] = why;
}

std::size_t RunRecord::finished() const {
  return static_cast<std::size_t>(std::count_if(videos_.begin(), videos_.end(), IsOk));
}

Json RunRecord::Ended(const std::string& error) const {
  Json json = ToJson(finished() == videos_.size() ? "complete" : "incomplete");
  if (reported_ != json["videos"]) json["files"] = head_["files"];
  if (!error.empty()) json["error"] = error;
  return json;
}

Json RunRecord::ToJson(const char* status) const {
  Json failed = Json::array();
  for (const Json& entry : videos_) {
    if (!entry.contains("error")) continue;
    failed.push_back({{"path", entry.at("path")}, {"error", entry.at("error")}});
  }
  Json json = head_;
  if (!reported_.is_null()) json["files"].push_back(kReportFile);
  json["status"] = status;
  json["failed"] = failed;
  json["wall_seconds"] = wall_s_;
  json["videos"] = videos_;
  return json;
}

}  // namespace mestr::internal
