#include "model/model_record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "core/shape.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;
namespace {

using nlohmann::json;

// 64 MiB a row: far above any features, and small enough to compute with.
constexpr std::size_t kMostRowValues = std::size_t{1} << 24U;

// Hands out the fields of one record; a complaint begins with the file's name.
class RecordReader {
 public:
  RecordReader(const json& record, const std::string& origin) : record_(record), origin_(origin) {}

  [[noreturn]] void Fail(const std::string& reason) const {
    throw Error(ErrorKind::kModel, origin_ + ": its record " + kRecordName + " " + reason);
  }

  std::string Text(const char* field) const {
    const json& value = Field(field);
    if (!value.is_string()) FailType(field, "a text");
    return value.get<std::string>();
  }

  std::string NonEmptyText(const char* field) const {
    std::string text = Text(field);
    if (text.empty()) Fail(std::string("has an empty field \"") + field + "\"");
    return text;
  }

  double Number(const char* field) const {
    const json& value = Field(field);
    if (!value.is_number()) FailType(field, "a number");
    return value.get<double>();
  }

  double FiniteNumber(const char* field) const {
    const double number = Number(field);
    if (!std::isfinite(number)) FailType(field, "a finite number");
    return number;
  }

  // Outlives neither this nor the record.
  RecordReader Object(const char* field) const {
    const json& value = Field(field);
    if (!value.is_object()) FailType(field, "a list of named numbers");
    return {value, origin_};
  }

  int Integer(const char* field) const {
    const json& value = Field(field);
    if (!value.is_number_integer()) FailType(field, "an integer");
    const auto number = value.get<std::int64_t>();
    if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
      Fail(std::string("has \"") + field + "\" = " + value.dump() + ", which is out of range");
    }
    return static_cast<int>(number);
  }

  int PositiveInteger(const char* field) const { return PositiveIntegerOf(field, Field(field)); }

  std::vector<int> PositiveIntegers(const char* field) const {
    const json& value = Field(field);
    if (!value.is_array() || value.empty()) FailType(field, "a list of integers");
    std::vector<int> numbers;
    for (const json& item : value) numbers.push_back(PositiveIntegerOf(field, item));
    return numbers;
  }

  std::vector<double> FiniteNumbers(const char* field) const {
    const json& value = Field(field);
    if (!value.is_array()) FailType(field, "a list of numbers");
    std::vector<double> numbers;
    for (const json& item : value) {
      if (!item.is_number() || !std::isfinite(item.get<double>())) {
        FailType(field, "a list of finite numbers");
      }
      numbers.push_back(item.get<double>());
    }
    return numbers;
  }

  // What `parse` makes of the text of a field, or its complaint.
  template <typename Parse>
  auto Choice(const char* field, Parse parse) const {
    const std::string text = Text(field);
    try {
      return parse(text);
    } catch (const Error& error) {
      Fail(std::string("has \"") + field + "\" = \"" + text + "\"; " + error.what());
    }
  }

  std::vector<std::string> Names(const char* field, bool may_be_empty = false) const {
    const json& value = Field(field);
    if (!value.is_array() || (value.empty() && !may_be_empty)) FailType(field, "a list of texts");
    std::vector<std::string> names;
    std::set<std::string> seen;
    for (const json& item : value) {
      if (!item.is_string() || item.get<std::string>().empty()) FailType(field, "a list of texts");
      names.push_back(item.get<std::string>());
      if (!seen.insert(names.back()).second) {
        Fail(std::string("lists \"") + names.back() + "\" twice in \"" + field + "\"");
      }
    }
    return names;
  }

 private:
  // 1 or more; a number such as 3.0 counts as an integer only when written as one.
  int PositiveIntegerOf(const char* field, const json& value) const {
    if (!value.is_number_integer()) FailType(field, "an integer");
    const auto number = value.get<std::int64_t>();
    if (number < 1 || number > std::numeric_limits<int>::max()) {
      Fail(std::string("has \"") + field + "\" = " + value.dump() + "; it must be 1 or more");
    }
    return static_cast<int>(number);
  }

  const json& Field(const char* field) const {
    const auto found = record_.find(field);
    if (found == record_.end()) Fail(std::string("lacks the field \"") + field + "\"");
    return *found;
  }

  [[noreturn]] void FailType(const char* field, const std::string& wanted) const {
    Fail(std::string("has a field \"") + field + "\" that is not " + wanted);
  }

  const json& record_;
  const std::string& origin_;
};

json ParseObject(const std::string& text, const std::string& origin) {
  json record = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) {
    throw Error(ErrorKind::kModel,
                origin + ": its record " + kRecordName + " is not a JSON object");
  }
  return record;
}

std::vector<int> RowShape(const RecordReader& reader) {
  std::vector<int> shape = reader.PositiveIntegers("row_shape");
  std::size_t values = 1;
  for (const int side : shape) {
    values *= static_cast<std::size_t>(side);
    if (values > kMostRowValues) {
      reader.Fail("has a \"row_shape\" of more than " + std::to_string(kMostRowValues) + " values");
    }
  }
  return shape;
}

// What the network takes; format 1 knew only the baseline's.
void ReadInput(const RecordReader& reader, ModelInfo& info) {
  if (info.format == 1) {
    info.row_shape = {3, 42, 42};
    return;
  }
  info.row_shape = RowShape(reader);
  info.input = reader.Choice("input", [&](const std::string& name) {
    if (name == "pairs") return NetworkInput::kPairs;
    if (name == "sequences") return NetworkInput::kSequences;
    if (info.format >= 4 && name == "windows") return NetworkInput::kWindows;
    throw Error(ErrorKind::kModel, info.format >= 4 ? "it must be pairs, sequences or windows"
                                                    : "it must be pairs or sequences");
  });
}

// What the scores say; formats 1 and 2 knew only relative ones.
void ReadScores(const RecordReader& reader, ModelInfo& info) {
  if (info.format < 3) return;
  const std::string scores = reader.Text("scores");
  if (scores != "relative" && scores != "probabilities") {
    reader.Fail("has \"scores\" = \"" + scores + "\"; it must be relative or probabilities");
  }
  if (scores == "relative") return;
  if (info.input == NetworkInput::kWindows) {
    reader.Fail("has \"scores\" = \"probabilities\"; those of windows are relative");
  }
  info.scores = ScoreKind::kProbabilities;
  const RecordReader evidence = reader.Object("evidence");
  info.evidence = {.bias = evidence.FiniteNumber("bias"),
                   .score = evidence.FiniteNumber("score"),
                   .motion = evidence.FiniteNumber("motion"),
                   .head = evidence.FiniteNumber("head"),
                   .mouth = evidence.FiniteNumber("mouth"),
                   .blink = evidence.FiniteNumber("blink")};
}

WindowLayout ReadWindow(const RecordReader& window) {
  WindowLayout layout{.window_frames = window.PositiveInteger("frames"),
                      .hop_frames = window.PositiveInteger("hop_frames"),
                      .frame_step = window.PositiveInteger("frame_step")};
  if (layout.window_frames % 2 != 0) window.Fail("has a \"window\" of an odd number of frames");
  if (layout.hop_frames > layout.window_frames / 2) {
    window.Fail("has a \"window\" with \"hop_frames\" above half of its frames");
  }
  try {
    layout.Check();
  } catch (const Error& error) {
    window.Fail(std::string("has a \"window\" that is too large: ") + error.what());
  }
  return layout;
}

bool IsClass(const ModelInfo& info, std::string_view name) {
  return std::find(info.classes.begin(), info.classes.end(), name) != info.classes.end();
}

// What no reader of one field sees.
void CheckDecoding(const RecordReader& reader, const ModelInfo& info) {
  const Decoding& decoding = info.decoding;
  if (decoding.class_offsets.size() != info.classes.size()) {
    reader.Fail("has " + Counted(std::ssize(decoding.class_offsets), "number") +
                " in \"class_offsets\"; it must be one a class, " +
                std::to_string(info.classes.size()));
  }
  if (decoding.synergy != Synergy::kNone && (!IsClass(info, kNeutral) || info.classes.size() < 2)) {
    reader.Fail("has a \"synergy\" that needs the class neutral and another one in \"classes\"");
  }
  for (const std::string& name : decoding.not_written) {
    if (!IsClass(info, name)) {
      reader.Fail("lists \"" + name + "\" in \"not_written\", which is not in \"classes\"");
    }
  }
  if (decoding.not_written.size() == info.classes.size()) {
    reader.Fail("lists every class in \"not_written\"");
  }
}

// Of windows alone.
void ReadDecoding(const RecordReader& reader, ModelInfo& info) {
  Decoding& decoding = info.decoding;
  info.window = ReadWindow(reader.Object("window"));
  info.variant = reader.Choice("variant", ParseFeaturesVariant);
  decoding.stitch = reader.Choice("stitch", ParseStitchRule);
  if (decoding.stitch == StitchRule::kPublished) {
    decoding.batch_windows = reader.PositiveInteger("batch_windows");
  }
  decoding.rule = reader.Choice("decode", ParseWindowRule);
  const int synergy = reader.Integer("synergy");
  if (synergy < 0 || synergy > 2) {
    reader.Fail("has \"synergy\" = " + std::to_string(synergy) + "; it must be 0, 1 or 2");
  }
  decoding.synergy = static_cast<Synergy>(synergy);
  decoding.class_offsets = reader.FiniteNumbers("class_offsets");
  decoding.not_written = reader.Names("not_written", /*may_be_empty=*/true);
  CheckDecoding(reader, info);
}

}  // namespace

std::size_t ModelInfo::RowValues() const { return ValuesOf(row_shape); }

ModelInfo internal::ParseModelRecord(const std::string& text, const std::string& origin) {
  const json record = ParseObject(text, origin);
  const RecordReader reader(record, origin);
  ModelInfo info;
  info.format = reader.PositiveInteger("format");
  if (info.format > kRecordFormat) {
    reader.Fail("has format " + std::to_string(info.format) + "; this mestr reads formats 1 to " +
                std::to_string(kRecordFormat));
  }
  info.name = reader.NonEmptyText("name");
  info.version = reader.NonEmptyText("version");
  info.classes = reader.Names("classes");
  info.features = reader.NonEmptyText("features");
  ReadInput(reader, info);
  info.fps = reader.Number("fps");
  if (!(info.fps > 0) || !std::isfinite(info.fps))
    reader.Fail("has an \"fps\" that is not above 0");
  const bool of_windows = info.input == NetworkInput::kWindows;
  if (!of_windows) info.k_frames = reader.PositiveInteger("k_frames");
  info.k_p_frames = reader.PositiveInteger("k_p_frames");
  info.p = reader.Number("p");
  if (!(info.p >= 0 && info.p <= 1)) reader.Fail("has a \"p\" outside [0, 1]");
  ReadScores(reader, info);
  if (of_windows) ReadDecoding(reader, info);
  info.training_data = reader.NonEmptyText("training_data");
  info.licence = reader.NonEmptyText("licence");
  return info;
}

std::string internal::FieldThatDiffers(const ModelInfo& a, const ModelInfo& b) {
  if (a.classes != b.classes) return "classes";
  if (a.features != b.features) return "features";
  if (a.row_shape != b.row_shape) return "row_shape";
  if (a.input != b.input) return "input";
  if (a.fps != b.fps) return "fps";
  if (a.k_frames != b.k_frames) return "k_frames";
  if (a.k_p_frames != b.k_p_frames) return "k_p_frames";
  if (a.p != b.p) return "p";
  if (a.scores != b.scores) return "scores";
  if (a.evidence != b.evidence) return "evidence";
  if (a.window != b.window) return "window";
  if (a.variant != b.variant) return "variant";
  if (a.decoding.stitch != b.decoding.stitch) return "stitch";
  if (a.decoding.batch_windows != b.decoding.batch_windows) return "batch_windows";
  if (a.decoding.rule != b.decoding.rule) return "decode";
  if (a.decoding.synergy != b.decoding.synergy) return "synergy";
  if (a.decoding.class_offsets != b.decoding.class_offsets) return "class_offsets";
  if (a.decoding.not_written != b.decoding.not_written) return "not_written";
  return {};
}

}  // namespace mestr
