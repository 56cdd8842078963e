#include "results/results_folder.h"

#include <algorithm>

#include "core/file_names.h"
#include "core/record_file.h"
#include "mestr/submission/predictions.h"
#include "mestr/submission/records.h"

namespace mestr::internal {
namespace {

using Json = WorkFolder::Json;

// What a record may call its run's: no record makes us remove anything else.
bool IsResultName(const Json& name) {
  if (IsVideoFileName(name, kVideoEnding) || IsVideoFileName(name, kFramesEnding)) return true;
  if (!IsNameInFolder(name)) return false;
  const auto& text = name.get_ref<const std::string&>();
  if (text == kRunFile || text == kReportFile || text == kPredictionsFile ||
      text == kSubmissionFile) {
    return true;
  }
  return std::any_of(kLeaderboardDatasets.begin(), kLeaderboardDatasets.end(),
                     [&](std::string_view set) { return text == LeaderboardFileName(set); });
}

std::string FaultOfVideo(const Json& video) {
  if (!video.is_object()) return "one of its videos is no object";
  if (video.contains("file") && !IsVideoFileName(video["file"], kVideoEnding)) {
    return "the 'file' of one of its videos is none in videos/";
  }
  if (video.contains("frames_file") && !IsVideoFileName(video["frames_file"], kFramesEnding)) {
    return "the 'frames_file' of one of its videos is none in videos/";
  }
  return "";
}

std::string FaultOf(const Json& record) {
  const auto status = record.find("status");
  if (status == record.end() || !status->is_string()) return "it has no text 'status'";
  const Json files = record.value("files", Json::array());
  const Json videos = record.value("videos", Json::array());
  if (!files.is_array() || !std::all_of(files.begin(), files.end(), IsResultName)) {
    return "its 'files' are no list of results";
  }
  if (!videos.is_array()) return "its 'videos' are no list";
  for (const Json& video : videos) {
    const std::string fault = FaultOfVideo(video);
    if (!fault.empty()) return fault;
  }
  return "";
}

std::vector<std::string> FilesOf(const Json& record) {
  std::vector<std::string> listed;
  for (const Json& file : record.value("files", Json::array())) {
    listed.push_back(file.get<std::string>());
  }
  for (const Json& video : record.value("videos", Json::array())) {
    for (const char* key : {"file", "frames_file"}) {
      if (video.contains(key)) listed.push_back(video[key].get<std::string>());
    }
  }
  return listed;
}

}  // namespace

const WorkFolder::Kind kResultsFolder = {.record = kRunFile,
                                         .command = "mestr run",
                                         .fault_of = FaultOf,
                                         .files_of = FilesOf,
                                         .is_own_name = IsResultName};

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

}  // namespace mestr::internal
