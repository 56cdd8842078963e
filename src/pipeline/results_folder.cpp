#include "pipeline/results_folder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/record_file.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/submission/predictions.h"
#include "mestr/submission/records.h"
#include "pipeline/file_names.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Also where it is a link that leads nowhere.
bool IsTaken(const fs::path& path) {
  std::error_code not_there;
  return fs::exists(fs::symlink_status(path, not_there));
}

bool IsLink(const fs::path& path) {
  std::error_code not_there;
  return fs::is_symlink(path, not_there);
}

// What a record may call its run's: no record makes us remove anything else.
bool IsResultName(const Json& name) {
  if (!IsNameInFolder(name)) return false;
  const auto& text = name.get_ref<const std::string&>();
  if (text == kRunFile || text == kReportFile || text == kPredictionsFile ||
      text == kSubmissionFile) {
    return true;
  }
  return std::any_of(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(),
                     [&](std::string_view set) { return text == LeaderboardFileName(set); });
}

// The files that a run's record lists. Empty: it is no record of a run.
std::optional<std::vector<std::string>> FilesOf(const Json& record) {
  const auto status = record.find("status");
  if (status == record.end() || !status->is_string()) return std::nullopt;
  const Json files = record.value("files", Json::array());
  const Json videos = record.value("videos", Json::array());
  if (!files.is_array() || !videos.is_array()) return std::nullopt;
  std::vector<std::string> listed;
  for (const Json& file : files) {
    if (!IsResultName(file)) return std::nullopt;
    listed.push_back(file.get<std::string>());
  }
  for (const Json& video : videos) {
    if (!video.is_object()) return std::nullopt;
    if (!video.contains("file")) continue;  // it failed
    if (!IsVideoFileName(video["file"], kVideoEnding)) return std::nullopt;
    listed.push_back(video["file"].get<std::string>());
    if (!video.contains("frames_file")) continue;
    if (!IsVideoFileName(video["frames_file"], kFramesEnding)) return std::nullopt;
    listed.push_back(video["frames_file"].get<std::string>());
  }
  return listed;
}

}  // namespace

std::vector<std::string> VideoFilesOf(const std::vector<VideoInput>& videos) {
  FileNames names;
  std::vector<std::string> files;
  for (const VideoInput& video : videos) {
    files.push_back(std::string(kVideosFolder) + "/" + names.NameOf(video.key) +
                    std::string(kVideoEnding));
  }
  return files;
}

std::string FramesFileOf(const std::string& video_file) {
  return video_file.substr(0, video_file.size() - kVideoEnding.size()) + std::string(kFramesEnding);
}

std::vector<std::string> PredictionFilesOf(const std::vector<VideoInput>& videos) {
  std::vector<std::string> files;
  bool has_others = false;
  for (const VideoInput& video : videos) {
    if (!IsLeaderboardDataset(video.key.dataset)) {
      has_others = true;
      continue;
    }
    const std::string file = LeaderboardFileName(video.key.dataset);
    if (!Contains(files, file)) files.push_back(file);
  }
  if (!files.empty()) files.emplace_back(kSubmissionFile);
  if (has_others) files.emplace_back(kPredictionsFile);
  return files;
}

ResultsFolder::ResultsFolder(fs::path folder, std::vector<std::string> files, bool overwrite)
    : folder_(std::move(folder)), files_(std::move(files)) {
  CheckOutputFolder(folder_);
  if (IsTaken(RunFile())) ReadEarlier(overwrite);
  RefuseWhatIsInTheWay();
}

void ResultsFolder::ReadEarlier(bool overwrite) {
  const std::optional<Json> record = ReadRecord(RunFile());
  const auto files = record ? FilesOf(*record) : std::nullopt;
  if (!files) {
    throw Error(ErrorKind::kConfig, RunFile().string() +
                                        " is no record of mestr run, or a damaged one; choose "
                                        "another output folder");
  }
  earlier_files_ = *files;
  has_earlier_ = std::any_of(files->begin(), files->end(), [this](const std::string& file) {
    return file.starts_with(kVideosFolder) && IsTaken(folder_ / file);
  });
  if (has_earlier_ && !overwrite) {
    const bool complete = record->at("status") == "complete";
    const auto videos = static_cast<std::int64_t>(record->value("videos", Json::array()).size());
    throw Error(ErrorKind::kConfig, "the output folder " + folder_.string() +
                                        " holds the results of an earlier run (" + kRunFile + ": " +
                                        Counted(videos, "video") +
                                        (complete ? "" : ", not complete") +
                                        "); --overwrite replaces them, or choose another folder");
  }
  if (has_earlier_ && IsLink(folder_ / kVideosFolder)) {
    throw Error(ErrorKind::kConfig, (folder_ / kVideosFolder).string() +
                                        " is a link: nothing is removed through it; choose "
                                        "another output folder");
  }
}

void ResultsFolder::RefuseWhatIsInTheWay() const {
  for (const std::string& file : files_) {
    const fs::path path = folder_ / file;
    if (!IsTaken(path) || Contains(earlier_files_, file)) continue;
    throw Error(ErrorKind::kConfig, path.string() + " is in the way: no " + kRunFile +
                                        " lists it as an earlier run's; move it or choose another "
                                        "output folder");
  }
}

void ResultsFolder::Prepare(const Json& running) {
  MakeOutputFolder(folder_);
  MakeOutputFolder(folder_ / kVideosFolder);
  if (!has_earlier_) {
    Replace(running);
    return;
  }
  // As it is: what it lists is still there.
  WriteFileAtomically(RunFile(), ReadFile(RunFile()));
}

void ResultsFolder::Replace(const Json& running) {
  WriteRecord(RunFile(), running);
  for (const std::string& file : earlier_files_) {
    std::error_code error;
    if (file != kRunFile && !IsFolder(folder_ / file)) fs::remove(folder_ / file, error);
    if (error) {
      throw Error(ErrorKind::kConfig,
                  "cannot remove " + (folder_ / file).string() + ": " + error.message());
    }
  }
  has_earlier_ = false;
  earlier_files_.clear();
}

}  // namespace mestr::internal
