#include "core/work_folder.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/json_difference.h"
#include "core/record_file.h"
#include "core/temporary_files.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = WorkFolder::Json;

// Files of an earlier call that are to go: listed until they are gone.
constexpr char kReplaced[] = "replaced";

// Also where it is a link that leads nowhere.
bool IsTaken(const fs::path& path) {
  std::error_code not_there;
  return fs::exists(fs::symlink_status(path, not_there));
}

bool IsLink(const fs::path& path) {
  std::error_code not_there;
  return fs::is_symlink(path, not_there);
}

// But what is hidden, which a killed call may have left.
bool HoldsSomething(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().starts_with('.')) return true;
  }
  return false;
}

}  // namespace

WorkFolder::WorkFolder(fs::path folder, const Kind& kind, bool overwrite)
    : folder_(std::move(folder)), kind_(kind), overwrite_(overwrite) {
  CheckOutputFolder(folder_);
  made_ = !Exists(folder_);
  MakeOutputFolder(folder_);
  try {
    lock_.emplace(folder_);
    if (IsTaken(RecordPath())) {
      ReadEarlier();
    } else {
      held_others_ = HoldsSomething(folder_);
    }
    RemoveTemporaries();
  } catch (...) {
    lock_.reset();
    std::error_code not_empty;
    if (made_) fs::remove(folder_, not_empty);
    throw;
  }
}

WorkFolder::~WorkFolder() {
  lock_.reset();
  std::error_code not_empty;
  if (made_) fs::remove(folder_, not_empty);
}

void WorkFolder::ReadEarlier() {
  std::optional<Json> record = ReadRecord(RecordPath());
  std::string fault = record ? kind_.fault_of(*record) : "it is no JSON object";
  if (fault.empty() && record->contains(kReplaced)) {
    const Json& replaced = record->at(kReplaced);
    if (!replaced.is_array() || !std::all_of(replaced.begin(), replaced.end(), kind_.is_own_name)) {
      fault = std::string("it has no list '") + kReplaced + "' of its own files";
    }
  }
  if (!fault.empty()) {
    throw Error(kind_.refusal, RecordPath().string() + " is damaged, or no record of " +
                                   kind_.command + ": " + fault + "; choose another output folder");
  }
  listed_ = AllListedBy(*record);
  if (overwrite_) RefuseLinks();
  earlier_ = std::move(record);
}

// Where what is listed was written.
void WorkFolder::RemoveTemporaries() const {
  std::set<fs::path> folders = {folder_};
  for (const std::string& file : listed_) folders.insert((folder_ / file).parent_path());
  for (const fs::path& folder : folders) {
    if (folder == folder_ || !IsLink(folder)) RemoveLeftovers(folder);
  }
}

void WorkFolder::RefuseLinks() const {
  for (const std::string& file : listed_) {
    if (IsTaken(folder_ / file)) RefuseLinksOnTheWayTo(file);
  }
}

std::set<std::string> WorkFolder::AllListedBy(const Json& record) const {
  const std::vector<std::string> own = kind_.files_of(record);
  std::set<std::string> files(own.begin(), own.end());
  if (const auto replaced = record.find(kReplaced); replaced != record.end()) {
    for (const Json& file : *replaced) files.insert(file.get<std::string>());
  }
  return files;
}

void WorkFolder::RequireSame(const Json& earlier, const Json& now) const {
  const auto difference = FirstDifference(earlier, now);
  if (!difference) return;
  RefuseAsOther("was made with another " + difference->place + ", " + difference->earlier +
                ", and not " + difference->now);
}

void WorkFolder::RefuseAsOther(const std::string& difference) const {
  throw Error(ErrorKind::kConfig, RecordPath().string() + " " + difference +
                                      "; choose another output folder, or --overwrite to begin "
                                      "anew");
}

void WorkFolder::RefuseLinksOnTheWayTo(const std::string& file) const {
  fs::path at = folder_;
  for (const fs::path& part : fs::path(file).parent_path()) {
    at /= part;
    if (!IsLink(at)) continue;
    throw Error(ErrorKind::kConfig, at.string() +
                                        " is a link: nothing is written or removed through it; "
                                        "choose another output folder");
  }
}

void WorkFolder::RefuseWhatIsInTheWay(const std::vector<std::string>& files) const {
  for (const std::string& file : files) {
    RefuseLinksOnTheWayTo(file);
    const fs::path path = folder_ / file;
    if (!IsTaken(path) || listed_.contains(file)) continue;
    throw Error(ErrorKind::kConfig, path.string() + " is in the way: no " + kind_.record +
                                        " lists it as an earlier call's; move it or choose "
                                        "another output folder");
  }
}

void WorkFolder::Write(const Json& record) {
  std::set<std::string> files = AllListedBy(record);
  std::vector<std::string> stale;
  for (const std::string& file : listed_) {
    const bool stays = !HoldsWhatIsReplaced() && files.contains(file);
    if (!stays && file != kind_.record) stale.push_back(file);
  }
  if (!stale.empty()) {
    Json both = record;
    both[kReplaced] = stale;
    WriteRecord(RecordPath(), both);
    for (const std::string& file : stale) Remove(file);
  }
  WriteRecord(RecordPath(), record);
  listed_ = std::move(files);
  earlier_.reset();
}

void WorkFolder::Remove(const std::string& file) const {
  const fs::path path = folder_ / file;
  if (path.parent_path() != folder_ && IsLink(path.parent_path())) return;
  std::error_code error;
  if (kind_.lists_folders) {
    fs::remove_all(path, error);
  } else if (!IsFolder(path) || IsLink(path)) {
    fs::remove(path, error);
  }
  if (error) {
    throw Error(ErrorKind::kConfig, "cannot remove " + path.string() + ": " + error.message());
  }
}

}  // namespace mestr::internal
