// What `mestr run` wrote, read back: for whatever shows results, and for the tables of finds.
//
// Frames are 0-based here; files are 1-based. Everything that a file may not say is an
// Error{kInput}, one line that names the file and the place in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mestr/core/interval.h"
#include "mestr/core/score_track.h"
#include "mestr/face/face.h"
#include "mestr/spot/evidence.h"
#include "mestr/video/inputs.h"

namespace mestr::internal {

// One video as run.json lists it.
struct RunVideo {
  VideoInput input;                  // path and key; no fps
  std::optional<std::string> error;  // why it has no results; empty: it has
  std::string file;                  // "videos/<name>.json" in the folder; empty where it failed
  std::string frames_file;           // its frames as CSV; empty with face.alignment crop
  std::optional<std::uint64_t> input_bytes;  // of the video file; empty for a folder
  double wall_s = 0;
};

// run.json.
struct RunResults {
  std::filesystem::path folder;
  std::string mestr;                 // the version that made them
  std::optional<std::string> error;  // why the run ended before its last video; empty: it did not
  double wall_s = 0;
  std::string device;               // what computed, and why
  std::vector<std::string> models;  // their names
  std::vector<std::string> notes;   // on the inputs, one line each
  VideoOptions video_options;       // with which the pictures were taken
  std::vector<RunVideo> videos;     // in their order
};

struct FoundInterval {
  Interval interval;      // within the video
  std::int64_t peak = 0;  // within the video; the apex
  double onset_s = 0;     // times of the interval's first and last frame
  double offset_s = 0;
  std::string emotion;
  double probability = 0;                  // of that emotion, as the network gave it
  double score = 0;                        // at the peak
  std::optional<Evidence> evidence = {};   // of models whose scores are probabilities
  std::string context = {};                // ContextText of the evidence
  std::optional<std::int64_t> track = {};  // whose face; with face.alignment similarity
};

// Frames of one face that follow each other.
struct FoundStretch {
  Interval frames;
  cv::Rect box;  // of the face in the first frame, px of the frame
  std::optional<std::int64_t> track;
  std::string ended_by;             // FaceCauseText; empty with face.alignment crop
  bool too_short = false;           // to be judged
  std::optional<double> threshold;  // its own; empty: FaceResults::threshold holds
};

// What is known of the face in one frame.
struct FrameState {
  FaceCause cause = FaceCause::kNone;  // kNone: usable
  std::int32_t track = -1;             // as FrameFace::track
  cv::Rect box;                        // px of the frame; empty where no face was seen
};

// What is known of one face (or, with face.alignment crop, of whoever is there).
struct FaceResults {
  std::string usability;                   // UsabilityText; empty with face.alignment crop
  std::vector<FoundStretch> stretches;     // in order
  std::vector<FrameState> frames;          // one a frame; empty with face.alignment crop
  double threshold = 0;                    // the lowest of the stretches'
  ScoreTrack scores;                       // without logits and bounds
  std::vector<double> smoothed;            // one an index of `scores`; 0 where that is not valid
  std::vector<FoundInterval> intervals;    // the finds, as predictions.csv has them
  std::vector<FoundInterval> longer;       // would count, but last too long
  std::vector<FoundInterval> not_written;  // would count, but for their class
};

// videos/<name>.json.
struct VideoResults {
  VideoInput input;  // path and key; its fps is that of the results, which a folder of frames needs
  std::optional<std::uint64_t> input_bytes;  // RunVideo::input_bytes
  std::int64_t frames = 0;
  double fps = 0;
  bool variable_frame_rate = false;
  int width = 0;
  int height = 0;
  std::vector<double> frame_times_s;  // of each frame
  std::optional<int> k_frames;        // empty with a model of windows
  int k_p_frames = 0;
  std::string k_origin;
  std::string model;
  std::vector<std::string> warnings;
  double wall_s = 0;
  std::vector<std::string> classes;
  bool scores_are_probabilities = false;  // FaceResults::threshold is the least evidence of a find
  std::vector<FaceResults> faces;         // at least one; several with --all-faces
};

// Refuses what is no folder of `mestr run`, and one whose run has not ended.
RunResults ReadRun(const std::filesystem::path& folder);

// `video` did not fail. Refuses a file that is of another video than run.json says.
VideoResults ReadVideo(const RunResults& run, const RunVideo& video);

// The same without values a frame: frame_times_s, scores, smoothed and frames are empty. Takes
// little memory, however long the video.
VideoResults ReadFinds(const std::filesystem::path& folder, const RunVideo& video);

}  // namespace mestr::internal
