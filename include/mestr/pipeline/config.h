// Everything a run can be told, and how it is read: defaults < config file < flags.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mestr/face/face_aligner.h"
#include "mestr/flow/flow_engine.h"
#include "mestr/model/mean_model.h"
#include "mestr/video/inputs.h"

namespace mestr {

// A data set of the challenge: how its root is laid out, and the frame counts its labels gave.
struct DatasetConfig {
  DatasetLayout layout;
  std::optional<int> k_frames;  // distance of the frames of a pair at layout.fps, >= 1
  std::optional<int>
      k_p_frames;  // half the mean length of its micro-expressions at layout.fps, >= 1
};

struct DecodeConfig {
  double k_s = 0.1;  // distance of a pair at a frame rate that neither data set nor model names, in
                     // (0, 10] s
  double k_p_s = 0.2;          // half a micro-expression at such a rate, in (0, 10] s
  std::optional<double> p;     // threshold parameter in [0, 1]; empty: the model's
  bool drop_overlaps = false;  // decode/decode.h
};

// Which network a video gets: its subject's, if the map names one, else `files`; several files are
// an ensemble. Both empty: the embedded demo model.
struct ModelConfig {
  std::vector<std::filesystem::path> files;
  std::map<std::string, std::vector<std::filesystem::path>> by_subject;
};

struct Config {
  std::vector<DatasetConfig> datasets;
  FaceOptions face;
  std::filesystem::path landmarks;  // empty: FindLandmarkModel decides
  FlowMethod flow_method = FlowMethod::kExact;
  Tvl1Options tvl1;
  DecodeConfig decode;
  ModelConfig model;
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

// The config in force, in the sections and keys of the YAML file.
nlohmann::ordered_json ConfigToJson(const Config& config);

// A shipped file ("models/mean_synthetic.pt", "configs/demo.yaml"): below the environment's
// MESTR_DATA, share/mestr beside the program's bin folder, or the source tree it was built from.
// Throws Error{kConfig} when it is in none of them.
std::filesystem::path ShippedFile(const std::filesystem::path& relative);

// Frame counts for one video, and a line that says where they come from.
struct PairParameters {
  int k_frames = 0;
  int k_p_frames = 0;
  std::string origin;
};

// Its data set's numbers where the video has its data set's rate, else the model's where it has the
// model's rate (both within 1 %), else k_s and k_p_s in frames, rounded, at least 1.
PairParameters PairParametersFor(const Config& config, const ModelInfo& model,
                                 const std::string& dataset, double fps);

}  // namespace mestr
