#include "pipeline/features_folder.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/limits.h"
#include "core/record_file.h"
#include "mestr/core/error.h"
#include "video/file_kinds.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr char kManifest[] = "manifest.json";
constexpr const char* kFileFields[] = {"file", "onset_apex"};

bool IsCount(const Json& value) { return value.is_number_integer() && value >= 0; }

// As far as what follows reads it. Gives what is wrong with an entry; empty: nothing.
std::string FaultOf(const Json& entry) {
  if (!entry.is_object()) return "is no object";
  for (const char* key : {"name", "dataset", "subject", "video", "file"}) {
    if (!entry.contains(key) || !entry[key].is_string()) {
      return std::string("has no text '") + key + "'";
    }
  }
  const auto name = entry["name"].get<std::string>();
  if (!IsNameInFolder(entry["name"])) return "has a 'name' that is no name of a file";
  if (entry["file"] != name + ".npy") return "has a 'file' that is not its name with .npy";
  if (entry.contains("onset_apex") && entry["onset_apex"] != name + ".onset_apex.npy") {
    return "has an 'onset_apex' that is not its name with .onset_apex.npy";
  }
  if (entry.contains("onset_apex") &&
      !(entry.contains("onset_apex_events") && entry["onset_apex_events"].is_array())) {
    return "has no list 'onset_apex_events'";
  }
  // Of windows or of pairs.
  const auto counts = entry.contains("window")
                          ? std::vector<const char*>{"frames", "windows"}
                          : std::vector<const char*>{"k_frames", "frames", "pairs"};
  for (const char* key : counts) {
    if (!entry.contains(key) || !IsCount(entry[key])) {
      return std::string("has no count '") + key + "'";
    }
  }
  const bool has_rate = entry.contains("fps") && entry["fps"].is_number() &&
                        FrameRateLimits().Contain(entry["fps"].get<double>());
  return has_rate ? "" : "has no frame rate 'fps'";
}

std::string FaultOf(const std::optional<Json>& manifest) {
  if (!manifest) return "it is no JSON object of mestr features";
  if (!manifest->contains("videos") || !manifest->at("videos").is_array()) {
    return "it has no list 'videos'";
  }
  std::set<std::string> names;
  for (const Json& entry : manifest->at("videos")) {
    const std::string video = "video " + std::to_string(names.size() + 1) + " of its list ";
    const std::string fault = FaultOf(entry);
    if (!fault.empty()) return video + fault;
    if (!names.insert(entry["name"].get<std::string>()).second) {
      return video + "has the name of an earlier one";
    }
  }
  return "";
}

bool HoldsSomething(const fs::path& folder) {
  return IsFolder(folder) && !ListFolder(folder).empty();
}

}  // namespace

FeaturesFolder::FeaturesFolder(fs::path folder, Json common,
                               const std::vector<std::string>& must_agree, bool overwrite)
    : folder_(std::move(folder)), common_(std::move(common)) {
  CheckOutputFolder(folder_);
  if (Exists(ManifestPath())) {
    ReadEarlier(must_agree, overwrite);
  } else if (HoldsSomething(folder_) && !overwrite) {
    throw Error(ErrorKind::kConfig, "the output folder " + folder_.string() +
                                        " is not empty and holds no features; choose another one, "
                                        "or --overwrite to write beside what is there");
  }
}

void FeaturesFolder::ReadEarlier(const std::vector<std::string>& must_agree, bool overwrite) {
  const std::optional<Json> earlier = ReadRecord(ManifestPath());
  const std::string fault = FaultOf(earlier);
  if (!fault.empty()) {
    throw Error(ErrorKind::kInput, ManifestPath().string() + " is damaged: " + fault +
                                       "; remove the folder or choose another one");
  }
  std::vector<Json>& videos = overwrite ? replaced_ : videos_;
  for (const Json& entry : earlier->at("videos")) videos.push_back(entry);
  if (overwrite) return;
  for (const std::string& key : must_agree) {
    if (earlier->contains(key) && earlier->at(key) == common_.at(key)) continue;
    throw Error(ErrorKind::kConfig, ManifestPath().string() + " was made with another " + key +
                                        "; choose another folder, or --overwrite to make all of "
                                        "its features again");
  }
  for (const Json& entry : videos_) names_.Take(entry["name"].get<std::string>());
}

void FeaturesFolder::Prepare() {
  MakeOutputFolder(folder_);
  if (replaced_.empty()) {
    WriteManifest();
    return;
  }
  // As it is: what it lists is still there.
  WriteFileAtomically(ManifestPath(), ReadFile(ManifestPath()));
}

std::vector<Json>::const_iterator FeaturesFolder::EntryOf(const VideoKey& video) const {
  const VideoKey key = {AsInRecord(video.dataset), AsInRecord(video.subject),
                        AsInRecord(video.video)};
  return std::find_if(videos_.begin(), videos_.end(), [&](const Json& entry) {
    // Two names that are no UTF-8 may be one in the manifest.
    return entry["dataset"] == key.dataset && entry["subject"] == key.subject &&
           entry["video"] == key.video && !added_names_.contains(entry["name"].get<std::string>());
  });
}

const Json* FeaturesFolder::Find(const VideoKey& video) const {
  const auto found = EntryOf(video);
  return found == videos_.end() ? nullptr : &*found;
}

void FeaturesFolder::Forget(const VideoKey& video) {
  const auto found = EntryOf(video);
  if (found == videos_.end()) return;
  const Json entry = *found;
  videos_.erase(found);
  names_.Free(entry["name"].get<std::string>());
  WriteManifest();
  RemoveFilesOf(entry);
}

void FeaturesFolder::ReplaceEarlier() {
  if (replaced_.empty()) return;
  WriteManifest();
  for (const Json& entry : std::exchange(replaced_, {})) RemoveFilesOf(entry);
}

void FeaturesFolder::Add(const Json& entry) {
  videos_.push_back(entry);
  added_names_.insert(entry.at("name").get<std::string>());
  WriteManifest();
}

fs::path FeaturesFolder::ManifestPath() const { return folder_ / kManifest; }

void FeaturesFolder::WriteManifest() const {
  Json manifest = common_;
  manifest["videos"] = videos_;
  WriteRecord(ManifestPath(), manifest);
}

void FeaturesFolder::RemoveFilesOf(const Json& entry) const {
  for (const char* field : kFileFields) {
    if (!entry.contains(field)) continue;
    const fs::path file = folder_ / entry[field].get<std::string>();
    std::error_code error;
    if (!IsFolder(file)) fs::remove(file, error);
    if (error) {
      throw Error(ErrorKind::kConfig, "cannot remove " + file.string() + ": " + error.message());
    }
  }
}

}  // namespace mestr::internal
