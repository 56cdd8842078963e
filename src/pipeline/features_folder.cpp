#include "pipeline/features_folder.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"
#include "core/record_file.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr char kManifest[] = "manifest.json";
constexpr const char* kFileFields[] = {"file", "onset_apex"};
// Files of the video that is being written.
constexpr char kInHand[] = "in_hand";

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

std::string FaultOfManifest(const Json& manifest) {
  if (!manifest.contains("videos") || !manifest.at("videos").is_array()) {
    return "it has no list 'videos'";
  }
  const Json in_hand = manifest.value(kInHand, Json::array());
  if (!in_hand.is_array() || !std::all_of(in_hand.begin(), in_hand.end(), IsNameInFolder)) {
    return std::string("its '") + kInHand + "' is no list of files";
  }
  std::set<std::string> names;
  for (const Json& entry : manifest.at("videos")) {
    const std::string video = "video " + std::to_string(names.size() + 1) + " of its list ";
    const std::string fault = FaultOf(entry);
    if (!fault.empty()) return video + fault;
    if (!names.insert(entry["name"].get<std::string>()).second) {
      return video + "has the name of an earlier one";
    }
  }
  return "";
}

std::vector<std::string> FilesOf(const Json& manifest) {
  std::vector<std::string> files = {kManifest};
  for (const Json& entry : manifest.at("videos")) {
    for (const char* field : kFileFields) {
      if (entry.contains(field)) files.push_back(entry[field].get<std::string>());
    }
  }
  for (const Json& file : manifest.value(kInHand, Json::array())) {
    files.push_back(file.get<std::string>());
  }
  return files;
}

constexpr WorkFolder::Kind kFeatures = {.record = kManifest,
                                        .command = "mestr features",
                                        .fault_of = FaultOfManifest,
                                        .files_of = FilesOf,
                                        .is_own_name = IsNameInFolder,
                                        .refusal = ErrorKind::kInput};

// What is under these keys.
Json PartOf(const Json& manifest, const std::vector<std::string>& keys) {
  Json part = Json::object();
  for (const std::string& key : keys) part[key] = manifest.value(key, Json());
  return part;
}

}  // namespace

FeaturesFolder::FeaturesFolder(fs::path folder, Json common,
                               const std::vector<std::string>& must_agree, bool overwrite)
    : work_(std::move(folder), kFeatures, overwrite), common_(std::move(common)) {
  if (work_.Earlier() != nullptr) TakeEarlier(must_agree);
  if (!work_.held_others() || overwrite) return;
  throw Error(ErrorKind::kConfig, "the output folder " + path().string() +
                                      " is not empty and holds no features; choose another one, "
                                      "or --overwrite to write beside what is there");
}

void FeaturesFolder::TakeEarlier(const std::vector<std::string>& must_agree) {
  const Json& earlier = *work_.Earlier();
  work_.RequireSame(PartOf(earlier, must_agree), PartOf(common_, must_agree));
  for (const Json& entry : earlier.at("videos")) {
    videos_.push_back(entry);
    names_.Take(entry["name"].get<std::string>());
  }
}

void FeaturesFolder::Prepare() {
  const std::lock_guard lock(mutex_);
  WriteUnlessReplaced();
}

std::vector<Json>::const_iterator FeaturesFolder::EntryOf(const VideoKey& video) const {
  const VideoKey key = AsInRecord(video);
  return std::find_if(videos_.begin(), videos_.end(), [&](const Json& entry) {
    // Two names that are no UTF-8 may be one in the manifest.
    return entry["dataset"] == key.dataset && entry["subject"] == key.subject &&
           entry["video"] == key.video && !added_names_.contains(entry["name"].get<std::string>());
  });
}

std::optional<Json> FeaturesFolder::Find(const VideoKey& video) const {
  const std::lock_guard lock(mutex_);
  const auto found = EntryOf(video);
  return found == videos_.end() ? std::nullopt : std::optional(*found);
}

std::string FeaturesFolder::Begin(const VideoKey& video) {
  const std::lock_guard lock(mutex_);
  const std::string name = names_.NameOf(video);
  const std::vector<std::string> files = {name + ".npy", name + ".onset_apex.npy"};
  work_.RefuseWhatIsInTheWay(files);
  in_hand_[name] = files;
  WriteUnlessReplaced();
  return name;
}

void FeaturesFolder::GiveUp(const std::string& name) {
  const std::lock_guard lock(mutex_);
  in_hand_.erase(name);
  WriteUnlessReplaced();
}

void FeaturesFolder::Forget(const VideoKey& video) {
  const std::lock_guard lock(mutex_);
  const auto found = EntryOf(video);
  if (found == videos_.end()) return;
  names_.Free((*found)["name"].get<std::string>());
  videos_.erase(found);
  WriteManifest();
}

void FeaturesFolder::ReplaceEarlier() {
  const std::lock_guard lock(mutex_);
  if (work_.HoldsWhatIsReplaced()) WriteManifest();
}

void FeaturesFolder::Add(const Json& entry, std::size_t place) {
  const std::lock_guard lock(mutex_);
  const auto behind = std::upper_bound(places_.begin(), places_.end(), place);
  videos_.insert(videos_.end() - (places_.end() - behind), entry);
  places_.insert(behind, place);
  const auto name = entry.at("name").get<std::string>();
  in_hand_.erase(name);
  added_names_.insert(name);
  WriteManifest();
}

void FeaturesFolder::WriteUnlessReplaced() {
  if (!work_.HoldsWhatIsReplaced()) WriteManifest();
}

void FeaturesFolder::WriteManifest() {
  Json manifest = common_;
  Json in_hand = Json::array();
  for (const auto& [name, files] : in_hand_) {
    for (const std::string& file : files) in_hand.push_back(file);
  }
  if (!in_hand.empty()) manifest[kInHand] = in_hand;
  manifest["videos"] = videos_;
  work_.Write(manifest);
}

}  // namespace mestr::internal
