#include "mestr/pipeline/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <system_error>

#include "mestr/core/error.h"
#include "mestr/core/files.h"

namespace mestr {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// Frame rates that differ less than this are one: 29.97 is 30.
constexpr double kSameRate = 0.01;

// Where a value stands, for messages: "configs/demo.yaml:12", or "--set".
std::string Place(const std::string& source, const YAML::Node& node) {
  return node.Mark().line < 0 ? source : source + ":" + std::to_string(node.Mark().line + 1);
}

// One key of a section: how it is read and how it is shown.
struct Field {
  std::string key;
  std::function<void(const YAML::Node&)> read;
  std::function<Json()> show;
};
using Section = std::vector<Field>;

template <typename T>
const char* TypeName() {
  if constexpr (std::is_same_v<T, int>) return "a whole number";
  if constexpr (std::is_same_v<T, double>) return "a number";
  return "a text";
}

template <typename T>
T Convert(const YAML::Node& node) {
  T value;
  if (!node.IsScalar() || !YAML::convert<T>::decode(node, value)) {
    throw std::invalid_argument(std::string("it must be ") + TypeName<T>());
  }
  return value;
}

template <typename T>
Field Value(std::string key, T& target) {
  return {std::move(key), [&target](const YAML::Node& node) { target = Convert<T>(node); },
          [&target] { return Json(target); }};
}

template <typename T>
Field OptionalValue(std::string key, std::optional<T>& target) {
  return {std::move(key),
          [&target](const YAML::Node& node) {
            target = node.IsNull() ? std::nullopt : std::optional<T>(Convert<T>(node));
          },
          [&target] { return target ? Json(*target) : Json(); }};
}

template <typename T, typename Parse, typename Name>
Field Choice(std::string key, T& target, Parse parse, Name name) {
  return {std::move(key),
          [&target, parse](const YAML::Node& node) { target = parse(Convert<std::string>(node)); },
          [&target, name] { return Json(name(target)); }};
}

Field PathValue(std::string key, fs::path& target) {
  return {std::move(key),
          [&target](const YAML::Node& node) { target = Convert<std::string>(node); },
          [&target] { return Json(target.string()); }};
}

// One path or a list of them.
std::vector<fs::path> ConvertPaths(const YAML::Node& node) {
  std::vector<fs::path> paths;
  if (node.IsScalar()) paths.emplace_back(Convert<std::string>(node));
  if (node.IsSequence()) {
    for (const auto& item : node) paths.emplace_back(Convert<std::string>(item));
  }
  if (!node.IsScalar() && !node.IsSequence() && !node.IsNull()) {
    throw std::invalid_argument("it must be a file or a list of files");
  }
  return paths;
}

Json ShowPaths(const std::vector<fs::path>& paths) {
  Json shown = Json::array();
  for (const auto& path : paths) shown.push_back(path.string());
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

Section FaceSection(Config& config) {
  FaceOptions& face = config.face;
  return {Choice("alignment", face.alignment, ParseAlignmentMode, AlignmentModeName),
          PathValue("landmarks", config.landmarks),
          Value("upsamplings", face.upsamplings),
          Value("search_s", face.search_s),
          Value("jpeg_quality", face.jpeg_quality),
          Value("smoothing_s", face.smoothing_s),
          Value("check_s", face.check_s)};
}

Section FlowSection(Config& config) {
  Tvl1Options& tvl1 = config.tvl1;
  return {Choice("method", config.flow_method, ParseFlowMethod, FlowMethodName),
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

Section DecodeSection(Config& config) {
  DecodeConfig& decode = config.decode;
  return {Value("k_s", decode.k_s), Value("k_p_s", decode.k_p_s), OptionalValue("p", decode.p),
          Choice("overlaps", decode.drop_overlaps, ParseOverlaps,
                 [](bool drop) { return drop ? kDropOverlaps : kKeepOverlaps; })};
}

Field SubjectModels(std::map<std::string, std::vector<fs::path>>& target) {
  return {"by_subject",
          [&target](const YAML::Node& node) {
            if (!node.IsMap()) throw std::invalid_argument("it must map subjects to model files");
            target.clear();
            for (const auto& entry : node) {
              target[entry.first.as<std::string>()] = ConvertPaths(entry.second);
            }
          },
          [&target] {
            Json shown = Json::object();
            for (const auto& [subject, files] : target) shown[subject] = ShowPaths(files);
            return shown;
          }};
}

Section ModelSection(Config& config) {
  ModelConfig& model = config.model;
  return {{"files", [&model](const YAML::Node& node) { model.files = ConvertPaths(node); },
           [&model] { return ShowPaths(model.files); }},
          SubjectModels(model.by_subject)};
}

const std::vector<std::pair<std::string, Section (*)(Config&)>> kSections = {
    {"face", FaceSection},
    {"flow", FlowSection},
    {"decode", DecodeSection},
    {"model", ModelSection}};

std::string KnownKeys(const Section& section) {
  std::string keys;
  for (const Field& field : section) keys += (keys.empty() ? "" : ", ") + field.key;
  return keys;
}

class Reader {
 public:
  explicit Reader(std::string source) : source_(std::move(source)) {}

  [[noreturn]] void Fail(const YAML::Node& node, const std::string& message) const {
    throw Error(ErrorKind::kConfig, Place(source_, node) + ": " + message);
  }

  void ReadSection(const YAML::Node& node, const std::string& name, const Section& section) const {
    if (!node.IsMap()) Fail(node, "'" + name + "' must be a section of key: value lines");
    for (const auto& entry : node) {
      const auto key = entry.first.as<std::string>();
      const std::string full_name = std::string(name).append(".").append(key);
      const auto field = std::find_if(section.begin(), section.end(),
                                      [&](const Field& f) { return f.key == key; });
      if (field == section.end()) {
        Fail(entry.first, "unknown key '" + full_name + "'; known: " + KnownKeys(section));
      }
      ReadField(entry.second, full_name, *field);
    }
  }

  void ReadDatasets(const YAML::Node& node, std::vector<DatasetConfig>& datasets) const {
    if (!node.IsMap()) Fail(node, "'datasets' must map names to sections");
    std::vector<DatasetConfig> read;
    for (const auto& entry : node) {
      DatasetConfig dataset;
      dataset.layout.dataset = entry.first.as<std::string>();
      ReadSection(entry.second, "datasets." + dataset.layout.dataset, DatasetSection(dataset));
      if (dataset.layout.folder.empty()) {
        Fail(entry.first, "data set '" + dataset.layout.dataset + "' needs a folder");
      }
      read.push_back(std::move(dataset));
    }
    datasets = std::move(read);
  }

  void Read(const YAML::Node& root, Config& config) const {
    if (root.IsNull()) return;
    if (!root.IsMap()) Fail(root, "a config is a list of sections");
    for (const auto& entry : root) {
      const auto name = entry.first.as<std::string>();
      if (name == "datasets") {
        ReadDatasets(entry.second, config.datasets);
        continue;
      }
      const auto section = std::find_if(kSections.begin(), kSections.end(),
                                        [&](const auto& s) { return s.first == name; });
      if (section == kSections.end()) {
        Fail(entry.first,
             "unknown section '" + name + "'; known: datasets, face, flow, decode, model");
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
  for (const auto& entry : tree["datasets"]) {
    const auto name = entry.first.as<std::string>();
    const auto dataset =
        std::find_if(config.datasets.begin(), config.datasets.end(),
                     [&](const DatasetConfig& d) { return d.layout.dataset == name; });
    if (dataset == config.datasets.end()) {
      reader.Fail(entry.first, "no data set '" + name + "' in the config");
    }
    reader.ReadSection(entry.second, "datasets." + name, DatasetSection(*dataset));
  }
}

void RequireInRange(const std::string& field, double value, double low, double high) {
  if (value > low && value <= high) return;
  throw Error(ErrorKind::kConfig, field + " is " + Json(value).dump() + "; it must be above " +
                                      Json(low).dump() + " and at most " + Json(high).dump());
}

void CheckConfig(const Config& config) {
  config.face.Check();
  CheckTvl1Options(config.tvl1);
  constexpr double kMaxSeconds = 10;
  constexpr double kMaxFps = 10000;
  constexpr double kMaxFrames = kMaxSeconds * kMaxFps;
  RequireInRange("decode.k_s", config.decode.k_s, 0, kMaxSeconds);
  RequireInRange("decode.k_p_s", config.decode.k_p_s, 0, kMaxSeconds);
  if (config.decode.p && !(*config.decode.p >= 0 && *config.decode.p <= 1)) {
    throw Error(ErrorKind::kConfig,
                "decode.p is " + Json(*config.decode.p).dump() + "; it must be in [0, 1]");
  }
  for (const DatasetConfig& dataset : config.datasets) {
    const std::string name = "datasets." + dataset.layout.dataset;
    if (dataset.layout.fps) RequireInRange(name + ".fps", *dataset.layout.fps, 0, kMaxFps);
    if (dataset.k_frames) RequireInRange(name + ".k", *dataset.k_frames, 0, kMaxFrames);
    if (dataset.k_p_frames) RequireInRange(name + ".k_p", *dataset.k_p_frames, 0, kMaxFrames);
    const bool counts_frames = dataset.k_frames || dataset.k_p_frames;
    if (counts_frames && !(dataset.layout.fps && dataset.k_frames && dataset.k_p_frames)) {
      throw Error(ErrorKind::kConfig, name + ": k, k_p and fps go together");
    }
  }
}

fs::path ConfigFile(const fs::path& requested) {
  if (fs::exists(requested)) return requested;
  if (!requested.has_parent_path()) {
    fs::path shipped = "configs" / requested;
    if (shipped.extension() != ".yaml") shipped += ".yaml";
    try {
      return ShippedFile(shipped);
    } catch (const Error&) {
      // Neither a file nor a shipped name: the message below names what the user typed.
    }
  }
  throw Error(ErrorKind::kConfig, "no config file " + requested.string());
}

void MakeModelPathsRelativeTo(const fs::path& folder, ModelConfig& model) {
  const auto anchor = [&](std::vector<fs::path>& files) {
    for (fs::path& file : files) {
      if (file.is_relative()) file = (folder / file).lexically_normal();
    }
  };
  anchor(model.files);
  for (auto& [subject, files] : model.by_subject) anchor(files);
}

bool SameRate(double a, double b) { return std::abs(a - b) <= kSameRate * b; }

int FramesAtLeastOne(double seconds, double fps) {
  return std::max(1, static_cast<int>(std::lround(seconds * fps)));
}

}  // namespace

Config DefaultConfig() {
  Config config;
  using Rule = DatasetLayout::Rule;
  config.datasets = {{.layout = {.dataset = "cas",
                                 .folder = "CAS_data",
                                 .rule = Rule::kSubjectThenClip,
                                 .fps = 30},
                      .k_frames = 3,
                      .k_p_frames = 6},
                     {.layout = {.dataset = "samm",
                                 .folder = "SAMM_data",
                                 .rule = Rule::kSubjectInName,
                                 .fps = 200},
                      .k_frames = 20,
                      .k_p_frames = 37}};
  return config;
}

Config LoadConfig(const std::vector<std::string>& files,
                  const std::vector<std::string>& overrides) {
  Config config = DefaultConfig();
  for (const std::string& file : files) {
    const fs::path path = ConfigFile(file);
    const std::string source = path.string();
    Reader(source).Read(ParseYaml(ReadFile(path), source), config);
    MakeModelPathsRelativeTo(fs::absolute(path).parent_path(), config.model);
  }
  for (const std::string& override_text : overrides) ApplyOverride(override_text, config);
  CheckConfig(config);
  return config;
}

Json ConfigToJson(const Config& config) {
  // The sections bind to a config that they may change; showing changes nothing.
  Config copy = config;
  const auto show = [](const Section& section) {
    Json shown = Json::object();
    for (const Field& field : section) shown[field.key] = field.show();
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

fs::path ShippedFile(const fs::path& relative) {
  std::vector<fs::path> roots;
  if (const char* configured = std::getenv("MESTR_DATA")) roots.emplace_back(configured);
  std::error_code none;  // no /proc: the next root decides
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  if (!none) roots.push_back(program.parent_path().parent_path() / "share" / "mestr");
  roots.emplace_back(MESTR_SOURCE_DIR);
  for (const fs::path& root : roots) {
    if (fs::exists(root / relative)) return root / relative;
  }
  throw Error(ErrorKind::kConfig, "cannot find mestr's own file " + relative.string() +
                                      "; set MESTR_DATA to the folder that holds it");
}

PairParameters PairParametersFor(const Config& config, const ModelInfo& model,
                                 const std::string& dataset, double fps) {
  for (const DatasetConfig& candidate : config.datasets) {
    if (candidate.layout.dataset == dataset && candidate.k_frames &&
        SameRate(fps, *candidate.layout.fps)) {
      return {*candidate.k_frames, *candidate.k_p_frames, "the config's data set " + dataset};
    }
  }
  if (SameRate(fps, model.fps)) {
    return {model.k_frames, model.k_p_frames, "the model " + model.name};
  }
  const Json k_s = config.decode.k_s;
  const Json k_p_s = config.decode.k_p_s;
  return {FramesAtLeastOne(config.decode.k_s, fps), FramesAtLeastOne(config.decode.k_p_s, fps),
          k_s.dump() + " s and " + k_p_s.dump() + " s at " + Json(fps).dump() + " fps"};
}

}  // namespace mestr
