// From what the user typed to the list of videos it means.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mestr/core/video_key.h"
#include "mestr/video/frame_source.h"

namespace mestr {

// How a data set's root folder is laid out (MEGC protocol, "Test set").
struct DatasetLayout {
  std::string dataset;  // short name, as in the names of its output files: "cas", "samm"
  std::string folder;   // the folder that marks it: "CAS_data", "SAMM_data"
  // A clip is a folder of frames or a video file, whose name counts without its extension. Where
  // the character is missing from a name, the whole name is the subject.
  enum class Rule {
    kSubjectThenClip,  // <folder>/<subject>/<clip>/: subject is the text after the last '.' (spNO.1
                       // -> 1), video is <clip>
    kSubjectInName,    // <folder>/<subject>_<clip>/: subject is the text before '_' (017_3 -> 017),
                       // video is the whole name
  } rule = Rule::kSubjectThenClip;
  std::optional<double> fps;  // of its frame folders
};

// One video to process.
struct VideoInput {
  std::filesystem::path path;  // a file or a folder of frames
  VideoKey key = {};           // its name in the outputs
  // For a frame folder: from the flag, the manifest or its data set, in this order. A video file's
  // own is used in its place.
  std::optional<double> fps;
};

struct InputOptions {
  std::vector<DatasetLayout> layouts;
  std::optional<double> fps;  // --fps, > 0: for every frame folder
};

// Each argument is a video file, a folder of frames, a folder of video files (jpg, png and bmp make
// it the first, both kinds at once are an error), a data-set root (a folder that holds one or more
// of the layouts' folders, or is one itself) or a manifest (*.csv with a header:
// dataset,subject,video,path,fps; dataset, subject and fps may be empty or left out, relative paths
// are relative to the manifest). The order is that of the arguments, natural order within a folder.
// Hidden files are ignored. Throws Error{kInput} naming what cannot be a video or a folder of
// videos, a manifest's bad line, and two inputs that would write the same output (same dataset,
// subject (001 is 1) and video; a user's own clip.mp4 and clip.avi are such); Error{kConfig}: an
// fps not greater than 0. A path that is missing, whether given here or in a manifest, is taken for
// a video that fails when it is opened: one video's own failure.
std::vector<VideoInput> ResolveInputs(const std::vector<std::string>& arguments,
                                      const InputOptions& options);

// Opens it with OpenVideoFile or OpenFrameFolder.
std::unique_ptr<FrameSource> OpenInput(const VideoInput& input);

}  // namespace mestr
