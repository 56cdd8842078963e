// The folder that `mestr features` writes, and what of it is an earlier call's.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/file_names.h"
#include "core/work_folder.h"
#include "mestr/core/video_key.h"

namespace mestr::internal {

// manifest.json: what all videos have in common, and an entry each, with "name", "dataset",
// "subject", "video" and its files, "file": <name>.npy and, where labels were given, "onset_apex":
// <name>.onset_apex.npy. Thread-safe.
class FeaturesFolder {
 public:
  using Json = nlohmann::ordered_json;

  // `common`: the manifest without videos; an earlier one must have the same values under the keys
  // of `must_agree`. Throws as WorkFolder, Error{kInput} for a manifest that is none of ours or
  // damaged; {kConfig} where `overwrite` is false and the folder holds other things, or features
  // that were made otherwise.
  FeaturesFolder(std::filesystem::path folder, Json common,
                 const std::vector<std::string>& must_agree, bool overwrite);

  // Writes the manifest, but for one that is to be overwritten.
  void Prepare();

  // The entry of an earlier call; empty: there is none.
  std::optional<Json> Find(const VideoKey& video) const;

  // The name of a video that is to be added, whose files the manifest lists from now on, or, with
  // `overwrite`, from ReplaceEarlier on. Which one depends on those before it. Throws
  // Error{kConfig} where a file of others has it.
  std::string Begin(const VideoKey& video);
  // The video of this name, or one that has none, came to nothing.
  void GiveUp(const std::string& name);

  // Takes an earlier call's features of a video out of the manifest, and removes their files.
  void Forget(const VideoKey& video);

  // With `overwrite`, removes the earlier features; to be called when there are new ones.
  void ReplaceEarlier();

  // Puts the entry of a video whose files are written into the manifest: behind those of earlier
  // calls, in the order of `place`.
  void Add(const Json& entry, std::size_t place);

  const std::filesystem::path& path() const { return work_.path(); }
  const std::string& lock_note() const { return work_.lock_note(); }

 private:
  void TakeEarlier(const std::vector<std::string>& must_agree);
  std::vector<Json>::const_iterator EntryOf(const VideoKey& video) const;
  void WriteUnlessReplaced();
  void WriteManifest();

  mutable std::mutex mutex_;
  WorkFolder work_;
  Json common_;
  std::vector<Json> videos_;                                 // of earlier calls, then of this one
  std::vector<std::size_t> places_;                          // of this call's, rising
  std::map<std::string, std::vector<std::string>> in_hand_;  // files, by their video's name
  std::set<std::string> added_names_;                        // by this call
  FileNames names_;
};

}  // namespace mestr::internal
