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
  // From the flag, the manifest or, of a frame folder, its data set, in this order. Takes the place
  // of a video file's own.
  std::optional<double> fps;
};

struct InputOptions {
  std::vector<DatasetLayout> layouts;
  std::optional<double> fps;  // --fps, > 0: for every input
};

struct ResolvedInputs {
  std::vector<VideoInput> videos;
  // What was left out of folders, or taken for something else than its name says: one printable
  // line each.
  std::vector<std::string> notes;
};

// Each argument is
// - a video file;
// - a folder of frames (OpenFrameFolder);
// - a folder of clips, which are the video files and folders of frames in it and in all folders
//   below. A video file is known by its extension or else by its content. One below a sub-folder
//   has that in its name: day1/a.mp4 is the video day1_a;
// - a data-set root, a folder that holds one or more of the layouts' folders, or is one itself
//   (names in letters of any case);
// - a manifest (*.csv with a header: dataset,subject,video,path,fps; dataset, subject and fps may
//   be empty or left out, relative paths are relative to the manifest).
// The order is that of the arguments, natural order within a folder. Hidden files are ignored, all
// else that a folder holds is named in a note, by kinds; pipes and devices are never opened. Throws
// Error{kInput} naming what cannot be a video or a folder of videos, images beside video files, a
// data set's folder further down than its root, a manifest's bad line, and two inputs that would
// write the same output (same dataset, subject (001 is 1) and video; a user's own clip.mp4 and
// clip.avi are such); Error{kConfig}: an fps not greater than 0. A path that is missing, whether
// given here or in a manifest, is taken for a video that fails when it is opened: one video's own
// failure.
ResolvedInputs ResolveInputs(const std::vector<std::string>& arguments,
                             const InputOptions& options);

// Opens it with OpenVideoFile or OpenFrameFolder.
std::unique_ptr<FrameSource> OpenInput(const VideoInput& input, const VideoOptions& options = {});

}  // namespace mestr
