// Everything a run can be told, and how it is read: defaults < config file < flags.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/core/decoding.h"
#include "mestr/core/model_file.h"
#include "mestr/core/window_layout.h"
#include "mestr/face/face.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/video/inputs.h"

namespace mestr {

// A data set of the challenge: how its root is laid out, and the frame counts its labels gave. The
// counts are there both or not at all, and only with layout.fps.
struct DatasetConfig {
  DatasetLayout layout;
  std::optional<int> k_frames;    // distance of the frames of a pair at layout.fps, >= 1
  std::optional<int> k_p_frames;  // half the mean length of its micro-expressions, >= 1
};

struct FeaturesConfig {
  std::string kind;                 // features/extractor.h; empty: what the model asks for
  std::optional<int> jpeg_quality;  // of the crops' round trip, in [0, 100]; empty: the kind's own
  // Of kinds of windows (features/window_extractor.h). What is empty is the model's or follows from
  // the frame rate, pipeline/window_parameters.h.
  std::optional<FeaturesVariant> variant;  // empty: the model's; without one kMended
  std::optional<int> window_frames;        // used frames, in [2, 10000]
  std::optional<int> hop_frames;           // used frames, in [1, window_frames]
  std::optional<int> frame_step;           // in [1, 10000]
};

struct SpotConfig {
  double k_s = 0.1;    // distance of a pair at a frame rate that neither data set nor model names,
                       // in (0, 10] s
  double k_p_s = 0.2;  // half a micro-expression at such a rate, in (0, 10] s
  // In [0, 1]; empty: the model's p.
  std::optional<double> p;             // of models with relative scores: the threshold parameter
  std::optional<double> min_evidence;  // of those with probabilities: the least of an interval
  bool drop_overlaps = false;          // spot/spot.h
  double min_motion_px = 0;            // spot/spot.h, in [0, 100] px of the crop
  double min_motion_to_noise = 0;      // spot/spot.h, in [0, 100]
  // Of models of windows (core/decoding.h); what is empty is the model's.
  std::optional<SpotRule> method;  // one of windows
  std::optional<StitchRule> stitch;
  std::optional<int> batch_windows;  // of StitchRule::kPublished, in [1, 100000]
  std::optional<int> synergy;        // 0, 1 or 2
  std::optional<int> k_p_frames;     // in used frames, in [1, 100000]
  std::optional<std::map<std::string, double>> class_offsets;  // by class, in [-1000, 1000]
  PublishedDecoding published = PublishedDecoding::kNo;
};

// Which network a video gets: its subject's, if the map names one, else `files`; several files are
// an ensemble. Both empty: the embedded demo model.
struct ModelConfig {
  std::vector<ModelFile> files;
  std::map<std::string, std::vector<ModelFile>> by_subject;
  ModelLimits limits;
};

struct Config {
  std::vector<DatasetConfig> datasets;
  VideoOptions video;
  FaceOptions face;
  std::filesystem::path landmarks;  // dlib's 68-point model; empty: MESTR_LANDMARKS, else Debian's
  FlowOptions flow;
  FeaturesConfig features;
  SpotConfig spot;
  ModelConfig model;

  // Throws Error{kConfig} "section.key is <value>; it must be <limit>". Everything that takes a
  // Config calls it first, so that one made in code is checked as one from a file.
  void Check() const;
};

// The two data sets of MEGC2025 and the published baseline's values (configs/megc2025.yaml says the
// same).
Config DefaultConfig();

// Defaults, then the keys of each of `files` in turn, then each "section.key=value" of `overrides`
// (the value is YAML). A list or map is one value: `datasets`, model.files and model.by_subject
// replace what an earlier file said. A file that does not exist but whose name is that of a shipped
// config ("mean_samm" or "mean_samm.yaml") is that one. Relative model paths in a file are relative
// to it, and absolute in the result. Throws Error{kConfig} naming file, line, key and what is
// allowed: unknown keys, wrong types, values out of range.
Config LoadConfig(const std::vector<std::string>& files, const std::vector<std::string>& overrides);

// Where to compute; kAuto takes a CUDA device where there is one.
enum class Device { kAuto, kCpu, kCuda };

// "auto", "cpu", "cuda"; parsing throws Error{kConfig} naming the three.
Device ParseDevice(std::string_view name);

}  // namespace mestr
