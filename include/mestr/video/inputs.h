// From what the user typed to the list of videos it means.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mestr/video/frame_source.h"

namespace mestr {

// How a data set's root folder is laid out (MEGC protocol, "Test set").
struct DatasetLayout {
  std::string dataset;  // short name, as in the names of its output files: "cas", "samm"
  std::string folder;   // the folder that marks it: "CAS_data", "SAMM_data"
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
  std::string dataset;         // empty for a user's own video
  std::string subject;         // empty where unknown
  std::string video;           // name in the outputs: the clip, or the file's or folder's name
  std::optional<double>
      fps;  // for a frame folder: from the flag, the manifest or its data set, in this order
};

struct InputOptions {
  std::vector<DatasetLayout> layouts;
  std::optional<double> fps;  // --fps, > 0: for every frame folder
};

// Each argument is a video file, a folder of frames, a data-set root (a folder that holds one or
// more of the layouts' folders, or is one itself) or a manifest (*.csv with a header:
// dataset,subject,video,path,fps; dataset, subject and fps may be empty, relative paths are
// relative to the manifest). The order is that of the arguments, natural order within a root.
// Throws Error{kInput} naming what cannot be a video or a folder of videos, a manifest's bad line,
// and two inputs that would write the same output (same dataset, subject and video). A path in a
// manifest or a root that fails later, when it is opened, is that video's own failure.
std::vector<VideoInput> ResolveInputs(const std::vector<std::string>& arguments,
                                      const InputOptions& options);

// Opens it with OpenVideoFile or OpenFrameFolder.
std::unique_ptr<FrameSource> OpenInput(const VideoInput& input);

}  // namespace mestr
