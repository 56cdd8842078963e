#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>

#include "config/config_json.h"
#include "config/fields.h"
#include "config/shipped_files.h"
#include "core/files.h"
#include "core/nearest_name.h"
#include "core/text.h"
#include "mestr/config/config.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// Where a value stands, for messages: "configs/demo.yaml:12", or "--set".
std::string Place(const std::string& source, const YAML::Node& node) {
  return node.Mark().line < 0 ? source : source + ":" + std::to_string(node.Mark().line + 1);
}

// "unknown key 'spot.q'; did you mean spot.p? known: k_s, p"
std::string UnknownText(const std::string& what, const std::string& typed,
                        const std::optional<std::string>& nearest,
                        const std::vector<std::string>& known) {
  return WithHint("unknown " + what + " '" + typed + "'", nearest, "known: " + Joined(known, ", "));
}

// A path, or {path: ..., sha256: ..., trusted: true}.
ModelFile ConvertModelFile(const YAML::Node& node) {
  if (node.IsScalar()) return {.path = Convert<std::string>(node)};
  ModelFile file;
  for (const auto& entry : node) {
    const auto key = KeyOf(entry.first);
    if (key == "path") {
      file.path = Convert<std::string>(entry.second);
    } else if (key == "sha256") {
      file.sha256 = Convert<std::string>(entry.second);
    } else if (key == "trusted") {
      file.trusted = Convert<bool>(entry.second);
    } else {
      const std::vector<std::string> known = {"path", "sha256", "trusted"};
      throw std::invalid_argument(
          UnknownText("key of a model file", key, NearestName(key, known), known));
    }
  }
  if (file.path.empty()) throw std::invalid_argument("a model file needs a path");
  return file;
}

// One file or a list of them.
std::vector<ModelFile> ConvertModelFiles(const YAML::Node& node) {
  std::vector<ModelFile> files;
  if (node.IsScalar() || node.IsMap()) files.push_back(ConvertModelFile(node));
  if (node.IsSequence()) {
    for (const auto& item : node) {
      if (!item.IsScalar() && !item.IsMap()) {
        throw std::invalid_argument("a model file is a path or {path: ..., sha256: ...}");
      }
      files.push_back(ConvertModelFile(item));
    }
  }
  return files;
}

Json ShowModelFiles(const std::vector<ModelFile>& files) {
  Json shown = Json::array();
  for (const ModelFile& file : files) {
    Json one = file.path.string();
    if (!file.sha256.empty()) one = {{"path", one}, {"sha256", file.sha256}};
    if (file.trusted) one["trusted"] = true;
    shown.push_back(one);
  }
  return shown;
}

constexpr std::string_view kSubjectThenClip = "folder_after_dot";
constexpr std::string_view kSubjectInName = "before_underscore";

std::string_view RuleName(DatasetLayout::Rule rule) {
  return rule == DatasetLayout::Rule::kSubjectThenClip ? kSubjectThenClip : kSubjectInName;
}

DatasetLayout::Rule ParseRule(const std::string& name) {
  if (name == kSubjectThenClip) return DatasetLayout::Rule::kSubjectThenClip;
  if (name == kSubjectInName) return DatasetLayout::Rule::kSubjectInName;
  throw std::invalid_argument("it must be " + std::string(kSubjectThenClip) + " or " +
                              std::string(kSubjectInName));
}

Section DatasetSection(DatasetConfig& dataset) {
  return {Value("folder", dataset.layout.folder),
          Choice("subject", dataset.layout.rule, ParseRule, RuleName),
          OptionalValue("fps", dataset.layout.fps), OptionalValue("k", dataset.k_frames),
          OptionalValue("k_p", dataset.k_p_frames)};
}

Section VideoSection(Config& config) {
  VideoOptions& video = config.video;
  return {Value("most_megapixels", video.most_megapixels), Value("deinterlace", video.deinterlace),
          Value("keep_damaged", video.keep_damaged)};
}

Section FaceSection(Config& config) {
  FaceOptions& face = config.face;
  return {Choice("alignment", face.alignment, ParseAlignmentMode, AlignmentModeName),
          Choice("detector_channels", face.detector_channels, ParseDetectorChannels,
                 DetectorChannelsName),
          PathValue("landmarks", config.landmarks),
          Value("upsamplings", face.upsamplings),
          Value("search_s", face.search_s),
          Value("smoothing_s", face.smoothing_s),
          Value("check_s", face.check_s),
          Value("min_width_px", face.min_width_px),
          Value("max_yaw_deg", face.max_yaw_deg),
          Value("max_pitch_deg", face.max_pitch_deg),
          Value("min_sharpness", face.min_sharpness),
          Value("max_changed", face.max_changed),
          Value("min_stretch_s", face.min_stretch_s),
          Value("all_faces", face.all_faces),
          Earlier(OptionalValue("jpeg_quality", config.features.jpeg_quality))};
}

Section FlowSection(Config& config) {
  Tvl1Options& tvl1 = config.flow.tvl1;
  return {Choice("method", config.flow.method, ParseFlowMethod, FlowMethodName),
          Value("tau", tvl1.tau),
          Value("lambda", tvl1.lambda),
          Value("theta", tvl1.theta),
          Value("scales", tvl1.scales),
          Value("scale_step", tvl1.scale_step),
          Value("warps", tvl1.warps),
          Value("epsilon", tvl1.epsilon),
          Value("inner_iterations", tvl1.inner_iterations),
          Value("outer_iterations", tvl1.outer_iterations),
          Value("median_filtering", tvl1.median_filtering)};
}

constexpr std::string_view kKeepOverlaps = "keep";
constexpr std::string_view kDropOverlaps = "drop";

bool ParseOverlaps(const std::string& name) {
  if (name != kKeepOverlaps && name != kDropOverlaps) {
    throw std::invalid_argument("it must be keep or drop");
  }
  return name == kDropOverlaps;
}

Section FeaturesSection(Config& config) {
  return {
      Value("kind", config.features.kind),
      OptionalValue("jpeg_quality", config.features.jpeg_quality),
      OptionalChoice("variant", config.features.variant, ParseFeaturesVariant, FeaturesVariantName),
      OptionalValue("window_frames", config.features.window_frames),
      OptionalValue("hop_frames", config.features.hop_frames),
      OptionalValue("frame_step", config.features.frame_step)};
}

Field ClassOffsets(std::optional<std::map<std::string, double>>& target) {
  return {"class_offsets",
          [&target](const YAML::Node& node) {
            target.reset();
            if (node.IsNull()) return;
            if (!node.IsMap()) throw std::invalid_argument("it must map classes to numbers");
            target.emplace();
            for (const auto& entry : node)
              (*target)[KeyOf(entry.first)] = Convert<double>(entry.second);
          },
          [&target] { return target ? Json(*target) : Json(); }};
}

Section SpotSection(Config& config) {
  SpotConfig& spot = config.spot;
  return {Value("k_s", spot.k_s),
          Value("k_p_s", spot.k_p_s),
          OptionalValue("p", spot.p),
          OptionalValue("min_evidence", spot.min_evidence),
          Value("min_motion_px", spot.min_motion_px),
          Value("min_motion_to_noise", spot.min_motion_to_noise),
          Choice("overlaps", spot.drop_overlaps, ParseOverlaps,
                 [](bool drop) { return drop ? kDropOverlaps : kKeepOverlaps; }),
          OptionalChoice("method", spot.method, ParseWindowRule, SpotRuleName),
          OptionalChoice("stitch", spot.stitch, ParseStitchRule, StitchRuleName),
          OptionalValue("batch_windows", spot.batch_windows),
          OptionalValue("synergy", spot.synergy),
          OptionalValue("k_p_frames", spot.k_p_frames),
          ClassOffsets(spot.class_offsets),
          Choice("published", spot.published, ParsePublishedDecoding, PublishedDecodingName)};
}

Field SubjectModels(std::map<std::string, std::vector<ModelFile>>& target) {
  return {"by_subject",
          [&target](const YAML::Node& node) {
            if (!node.IsMap()) throw std::invalid_argument("it must map subjects to model files");
            target.clear();
            for (const auto& entry : node) {
              target[KeyOf(entry.first)] = ConvertModelFiles(entry.second);
            }
          },
          [&target] {
            Json shown = Json::object();
            for (const auto& [subject, files] : target) shown[subject] = ShowModelFiles(files);
            return shown;
          }};
}

Section ModelSection(Config& config) {
  ModelConfig& model = config.model;
  return {{"files", [&model](const YAML::Node& node) { model.files = ConvertModelFiles(node); },
           [&model] { return ShowModelFiles(model.files); }},
          SubjectModels(model.by_subject),
          Value("most_mib", model.limits.most_mib),
          Value("trial_s", model.limits.trial_s),
          Value("call_s", model.limits.call_s),
          Value("call_mib", model.limits.call_mib)};
}

using SectionOf = Section (*)(Config&);
const std::vector<std::pair<std::string, SectionOf>> kSections = {
    {"video", VideoSection},       {"face", FaceSection}, {"flow", FlowSection},
    {"features", FeaturesSection}, {"spot", SpotSection}, {"model", ModelSection}};

// What a section was called in an earlier version; files that say so are still read.
const std::vector<std::pair<std::string, std::string>> kEarlierSections = {{"decode", "spot"}};

std::string TodaysSection(const std::string& name) {
  for (const auto& [earlier, today] : kEarlierSections) {
    if (name == earlier) return today;
  }
  return name;
}

std::vector<std::string> KnownSections() {
  std::vector<std::string> names = {"datasets"};
  for (const auto& [name, section] : kSections) names.push_back(name);
  return names;
}

std::vector<std::string> KnownKeys(const Section& section) {
  std::vector<std::string> keys;
  for (const Field& field : section) {
    if (field.show) keys.push_back(field.key);
  }
  return keys;
}

// A key of this name in any section, as it is given: who forgets the section meant it.
std::optional<std::string> KeyOfAnySection(const std::string& key) {
  Config config;
  for (const auto& [name, section] : kSections) {
    const std::vector<std::string> keys = KnownKeys(section(config));
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) return name + "." + key;
  }
  return std::nullopt;
}

std::optional<std::string> NearestKey(const std::string& section, const std::string& key,
                                      const std::vector<std::string>& known) {
  const std::optional<std::string> nearest = NearestName(key, known);
  return nearest ? section + "." + *nearest : KeyOfAnySection(key);
}

std::optional<std::string> NearestSection(const std::string& name) {
  const std::optional<std::string> nearest = NearestName(name, KnownSections());
  return nearest ? nearest : KeyOfAnySection(name);
}

class Reader {
 public:
  explicit Reader(std::string source) : source_(std::move(source)) {}

  [[noreturn]] void Fail(const YAML::Node& node, const std::string& message) const {
    throw Error(ErrorKind::kConfig, Place(source_, node) + ": " + message);
  }

  std::string Key(const YAML::Node& node) const {
    if (!node.IsScalar()) Fail(node, "a key must be a text");
    return node.Scalar();
  }

  void ReadSection(const YAML::Node& node, const std::string& name, const Section& section) const {
    if (!node.IsMap()) Fail(node, "'" + name + "' must be a section of key: value lines");
    for (const auto& entry : node) {
      const std::string key = Key(entry.first);
      const std::string full_name = std::string(name).append(".").append(key);
      const auto field = std::find_if(section.begin(), section.end(),
                                      [&](const Field& f) { return f.key == key; });
      if (field == section.end()) {
        const std::vector<std::string> known = KnownKeys(section);
        Fail(entry.first, UnknownText("key", full_name, NearestKey(name, key, known), known));
      }
      ReadField(entry.second, full_name, *field);
    }
  }

  void CheckDatasets(const YAML::Node& node) const {
    if (!node.IsMap()) Fail(node, "'datasets' must map names to sections");
  }

  void ReadDatasets(const YAML::Node& node, std::vector<DatasetConfig>& datasets) const {
    CheckDatasets(node);
    std::vector<DatasetConfig> read;
    for (const auto& entry : node) {
      DatasetConfig dataset;
      dataset.layout.dataset = Key(entry.first);
      ReadSection(entry.second, "datasets." + dataset.layout.dataset, DatasetSection(dataset));
      read.push_back(std::move(dataset));
    }
    datasets = std::move(read);
  }

  void Read(const YAML::Node& root, Config& config) const {
    if (root.IsNull()) return;
    if (!root.IsMap()) Fail(root, "a config is a list of sections");
    for (const auto& entry : root) {
      const std::string name = TodaysSection(Key(entry.first));
      if (name == "datasets") {
        ReadDatasets(entry.second, config.datasets);
        continue;
      }
      const auto section = std::find_if(kSections.begin(), kSections.end(),
                                        [&](const auto& s) { return s.first == name; });
      if (section == kSections.end()) {
        Fail(entry.first, UnknownText("section", name, NearestSection(name), KnownSections()));
      }
      ReadSection(entry.second, name, section->second(config));
    }
  }

 private:
  void ReadField(const YAML::Node& node, const std::string& name, const Field& field) const {
    try {
      field.read(node);
    } catch (const std::exception& problem) {  // a conversion's or a parser's own words
      const std::string text = node.IsScalar() ? " is '" + node.Scalar() + "'" : "";
      Fail(node, name + text + ": " + problem.what());
    }
  }

  std::string source_;
};

YAML::Node ParseYaml(const std::string& text, const std::string& source) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw Error(ErrorKind::kConfig,
                source + ":" + std::to_string(error.mark.line + 1) + ": not YAML: " + error.msg);
  }
}

// "face.alignment=crop" as the tree {face: {alignment: crop}}.
YAML::Node OverrideTree(const std::string& override_text) {
  const auto equals = override_text.find('=');
  const std::string path = override_text.substr(0, equals);
  if (equals == std::string::npos || path.empty()) {
    throw Error(ErrorKind::kConfig, "--set " + override_text + ": it must read section.key=value");
  }
  const std::string source = "--set " + path;
  YAML::Node tree = ParseYaml(override_text.substr(equals + 1), source);
  std::string rest = path;
  while (!rest.empty()) {
    const auto dot = rest.rfind('.');
    YAML::Node parent;
    parent[dot == std::string::npos ? rest : rest.substr(dot + 1)] = tree;
    tree = parent;
    rest = dot == std::string::npos ? "" : rest.substr(0, dot);
  }
  return tree;
}

// A --set below datasets changes one key of one data set; a file's section replaces the list.
void ApplyOverride(const std::string& override_text, Config& config) {
  const Reader reader("--set");
  const YAML::Node tree = OverrideTree(override_text);
  if (!tree["datasets"]) {
    reader.Read(tree, config);
    return;
  }
  reader.CheckDatasets(tree["datasets"]);
  for (const auto& entry : tree["datasets"]) {
    const std::string name = reader.Key(entry.first);
    const auto dataset =
        std::find_if(config.datasets.begin(), config.datasets.end(),
                     [&](const DatasetConfig& d) { return d.layout.dataset == name; });
    if (dataset == config.datasets.end()) {
      std::vector<std::string> known;
      for (const DatasetConfig& d : config.datasets) known.push_back(d.layout.dataset);
      reader.Fail(entry.first, UnknownText("data set", name, NearestName(name, known), known));
    }
    reader.ReadSection(entry.second, "datasets." + name, DatasetSection(*dataset));
  }
}

fs::path ConfigFile(const fs::path& requested) {
  if (Exists(requested) && !IsFolder(requested)) return requested;
  if (!requested.has_parent_path()) {
    fs::path shipped = "configs" / requested;
    if (shipped.extension() != ".yaml") shipped += ".yaml";
    try {
      return ShippedFile(shipped);
    } catch (const Error&) {
      // Neither a file nor a shipped name: the message below names what the user typed.
    }
  }
  throw Error(ErrorKind::kConfig,
              "no config file " + requested.string() +
                  DidYouMean(NearestName(requested.stem().string(), ShippedConfigs())));
}

void MakeModelPathsRelativeTo(const fs::path& folder, ModelConfig& model) {
  const auto anchor = [&](std::vector<ModelFile>& files) {
    for (ModelFile& file : files) {
      if (file.path.is_relative()) file.path = (folder / file.path).lexically_normal();
    }
  };
  anchor(model.files);
  for (auto& [subject, files] : model.by_subject) anchor(files);
}

}  // namespace

Config LoadConfig(const std::vector<std::string>& files,
                  const std::vector<std::string>& overrides) {
  Config config = DefaultConfig();
  for (const std::string& file : files) {
    const fs::path path = ConfigFile(file);
    const std::string source = path.string();
    Reader(source).Read(ParseYaml(ReadFile(path), source), config);
    std::error_code gone;  // the working folder: then the path stays relative
    MakeModelPathsRelativeTo(fs::absolute(path, gone).parent_path(), config.model);
  }
  for (const std::string& override_text : overrides) ApplyOverride(override_text, config);
  config.Check();
  return config;
}

Json internal::ConfigToJson(const Config& config) {
  // The sections bind to a config that they may change; showing changes nothing.
  Config copy = config;
  const auto show = [](const Section& section) {
    Json shown = Json::object();
    for (const Field& field : section) {
      if (field.show) shown[field.key] = field.show();
    }
    return shown;
  };
  Json all;
  all["datasets"] = Json::object();
  for (DatasetConfig& dataset : copy.datasets) {
    all["datasets"][dataset.layout.dataset] = show(DatasetSection(dataset));
  }
  for (const auto& [name, section] : kSections) all[name] = show(section(copy));
  return all;
}

}  // namespace mestr
