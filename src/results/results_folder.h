// The folder that `mestr run` writes.
#pragma once

#include <string>
#include <vector>

#include "core/results_files.h"
#include "core/work_folder.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

// Of run.json, which lists the files of its run from the beginning on.
extern const WorkFolder::Kind kResultsFolder;

// "videos/cas_1_a.json" for each video, in their order: relative to the folder.
std::vector<std::string> VideoFilesOf(const std::vector<VideoInput>& videos);

// "videos/cas_1_a_frames.csv" for "videos/cas_1_a.json": the frames of the same video.
std::string FramesFileOf(const std::string& video_file);

}  // namespace mestr::internal
