// The folder that a command fills piece by piece, so that the next call goes on where one stopped.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/folder_lock.h"
#include "mestr/core/error.h"

namespace mestr::internal {

// Holds the folder's lock. A record in it lists, from the beginning on, what the command may write
// there: nothing else is ever replaced or removed, and nothing before there is something new.
class WorkFolder {
 public:
  using Json = nlohmann::ordered_json;

  // What the folders of one command have in common.
  struct Kind {
    const char* record;   // the name of its file: "run.json"
    const char* command;  // "mestr run"
    // Why it is no record of the command, or a damaged one; empty: it is one.
    std::string (*fault_of)(const Json& record);
    // What it lists as the command's own, relative to the folder; of a record without a fault.
    std::vector<std::string> (*files_of)(const Json& record);
    // True for what a record may list at all, whatever its origin: no "../x".
    bool (*is_own_name)(const Json& name);
    ErrorKind refusal = ErrorKind::kConfig;  // of a record with a fault
    bool lists_folders = false;              // with all that is in them
  };

  // Makes the folder and looks at what is there. Throws Error{kConfig}: no name, a file, not to be
  // written, locked by another; Kind::refusal for a record that is none of the command's.
  WorkFolder(std::filesystem::path folder, const Kind& kind, bool overwrite);
  // Leaves no folder behind that it made and that nothing was written to.
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path RecordPath() const { return folder_ / kind_.record; }
  // Why the folder is not locked; empty: it is.
  const std::string& lock_note() const { return lock_->note(); }
  // True where the folder held other things than the command's.
  bool held_others() const { return held_others_; }

  // The record of an earlier call, to go on from; null: there is none, or it is to be overwritten.
  const Json* Earlier() const { return overwrite_ || !earlier_ ? nullptr : &*earlier_; }
  // True until the first Write where an earlier call's files are to be replaced.
  bool HoldsWhatIsReplaced() const { return overwrite_ && earlier_.has_value(); }
  // What the record in the folder lists.
  const std::set<std::string>& listed() const { return listed_; }

  // Throws Error{kConfig} that names the first difference of what makes two calls one work.
  void RequireSame(const Json& earlier, const Json& now) const;
  // The same for a difference in words, "was made with another k".
  [[noreturn]] void RefuseAsOther(const std::string& difference) const;
  // Throws Error{kConfig} for one of `files` that is there and not listed, or behind a link.
  void RefuseWhatIsInTheWay(const std::vector<std::string>& files) const;

  // Puts `record` into the folder, and removes what the one before listed and this one does not.
  void Write(const Json& record);

 private:
  void ReadEarlier();
  void RefuseLinks() const;
  void RefuseLinksOnTheWayTo(const std::string& file) const;
  void RemoveTemporaries() const;
  std::set<std::string> AllListedBy(const Json& record) const;
  void Remove(const std::string& file) const;

  std::filesystem::path folder_;
  Kind kind_;
  bool overwrite_;
  bool made_ = false;  // the folder
  bool held_others_ = false;
  std::optional<FolderLock> lock_;
  std::optional<Json> earlier_;
  std::set<std::string> listed_;
};

}  // namespace mestr::internal
