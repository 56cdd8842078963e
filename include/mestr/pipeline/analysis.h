// What is known of a video once it was analysed: what every front end reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mestr/core/decoding.h"
#include "mestr/core/score_track.h"
#include "mestr/core/video_key.h"
#include "mestr/core/window_layout.h"
#include "mestr/face/face.h"
#include "mestr/features/extractor.h"
#include "mestr/spot/spot.h"
#include "mestr/video/frame_source.h"

namespace mestr {

// Seconds of each stage, summed over its threads; stages overlap, so the sum of them is no
// duration.
struct StageSeconds {
  double decode_s = 0;
  double align_s = 0;  // with the search for the first face
  double flow_s = 0;
  double features_s = 0;
  double network_s = 0;
};

// Of a network of windows.
struct AnalysedWindows {
  WindowLayout layout;
  FeaturesVariant variant = FeaturesVariant::kMended;
  StitchRule stitch = StitchRule::kVideo;
  std::int64_t count = 0;
  std::int64_t faceless = 0;  // of them: no face in any frame
};

// Frame counts for one video, and a line that says where they come from.
struct PairParameters {
  int k_frames = 0;    // distance of the frames of a pair; 0 of windows
  int k_p_frames = 0;  // half a micro-expression; of windows in used frames
  std::string origin;
};

// Frames are 0-based. Values an index are those of `scores`; ExtractRows leaves scores, spotting,
// classes and model empty.
struct Analysis {
  VideoKey video;
  VideoInfo info;
  double fps = 0;
  std::int64_t frames = 0;            // decoded, all of them processed
  std::vector<double> frame_times_s;  // of each frame
  std::vector<FrameFace> faces;       // with face.alignment similarity, of each frame; else empty
  // "usable 12.3 of 20.0 s; not: no face 5.1 s, turned away 2.6 s": `faces`, for people.
  std::string usability;
  // Those with a face, in order, at least one is not too short. Of windows: frames with a score
  // that follow each other, with the face of the first window there.
  std::vector<FaceTrack> stretches;
  int crop_side_px = 0;         // of the crops, which the features look at
  std::vector<Region> regions;  // of the first crop, that the features look at
  std::int64_t rows = 0;        // of features: one an index that has a value
  PairParameters parameters;
  std::optional<AnalysedWindows> windows;  // of a network of windows

  std::string model_name;
  std::string model_sha256;  // several are joined by '+'
  std::vector<std::string> classes;
  ScoreTrack scores;
  Spotting spotting;

  std::vector<std::string> warnings;  // one line each
  StageSeconds seconds;               // wall time
  StageSeconds cpu_seconds;  // processor time: less, where a stage waited for a processor or a GPU
  double wall_s = 0;

  // With face.all_faces: the same for the other faces, each with nothing in `others`, in order of
  // appearance; faces of which nothing could be judged are left out. What is here is the first's.
  std::vector<Analysis> others;

  // The first stretch that is judged.
  const FaceTrack& FirstJudged() const;
  // Outside the stretches that are judged.
  std::int64_t FramesNotJudged() const;
};

}  // namespace mestr
