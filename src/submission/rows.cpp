#include "submission/rows.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/text.h"

namespace mestr::internal {
namespace {

Interval ParseInterval(const CsvRow& row, const IntervalColumns& columns) {
  const std::int64_t onset = row.Int64(columns.onset, 1, kMostFrames);
  const std::int64_t offset = row.Int64(columns.offset, 1, kMostFrames);
  if (onset > offset) {
    throw row.ErrorAt(columns.onset, "onset " + std::to_string(onset) + " is after offset " +
                                         std::to_string(offset));
  }
  return {onset - 1, offset - 1};
}

std::optional<std::int64_t> ParseApex(const CsvRow& row, std::size_t column,
                                      const Interval& interval) {
  const auto apex = row.OptionalInt64(column, 1, kMostFrames);
  if (!apex) return std::nullopt;
  if (*apex - 1 < interval.onset || *apex - 1 > interval.offset) {
    throw row.ErrorAt(column, "apex " + std::to_string(*apex) + " is outside onset " +
                                  std::to_string(interval.onset + 1) + " to offset " +
                                  std::to_string(interval.offset + 1));
  }
  return *apex - 1;
}

ExpressionType ParseType(const CsvRow& row, std::size_t column) {
  const std::string_view text = row.Text(column);
  if (text == "micro") return ExpressionType::kMicro;
  if (text == "macro") return ExpressionType::kMacro;
  throw row.ErrorAt(column, "type " + Quoted(text) + " is not micro or macro");
}

std::optional<double> OptionalDouble(const CsvRow& row, const std::optional<std::size_t>& column,
                                     double min = std::numeric_limits<double>::lowest(),
                                     double max = std::numeric_limits<double>::max()) {
  if (!column) return std::nullopt;
  return row.OptionalDouble(*column, min, max);
}

// A text of predictions.csv, which people open in spreadsheet programs.
std::string ForeignText(const CsvRow& row, std::size_t column) {
  return FromFormulaSafe(row.Text(column));
}

bool IsMacro(const Label& label) { return label.type == ExpressionType::kMacro; }
bool IsMacro(const Prediction& /*prediction*/) { return false; }

// Two people may do the same at once.
std::int64_t TrackOf(const Label& /*label*/) { return -1; }
std::int64_t TrackOf(const Prediction& prediction) { return prediction.track.value_or(-1); }

template <typename Record>
auto Identity(const Record& record) {
  const VideoKey& video = record.video;
  return std::tuple(std::string_view(video.dataset), ComparableSubject(video.subject),
                    std::string_view(video.video), record.interval.onset, record.interval.offset,
                    std::string_view(record.emotion), IsMacro(record), TrackOf(record));
}

template <typename... Part>
std::size_t HashOf(const std::tuple<Part...>& parts) {
  std::size_t hash = 0;
  const auto mix = [&hash](std::size_t part) { hash = hash * 0x9E3779B97F4A7C15u + part; };
  std::apply([&](const Part&... part) { (mix(std::hash<Part>()(part)), ...); }, parts);
  return hash;
}

// The first row that says what an earlier one says: the earlier one, and it.
template <typename Record>
std::optional<std::pair<std::size_t, std::size_t>> FirstRepeated(std::span<const Record> records) {
  std::vector<std::pair<std::size_t, std::size_t>> rows_by_hash;  // a map of a million rows is slow
  rows_by_hash.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    rows_by_hash.emplace_back(HashOf(Identity(records[i])), i);
  }
  std::sort(rows_by_hash.begin(), rows_by_hash.end());
  std::optional<std::pair<std::size_t, std::size_t>> repeated;
  for (std::size_t i = 1; i < rows_by_hash.size(); ++i) {
    const auto& [hash, row] = rows_by_hash[i];
    if (repeated && repeated->second < row) continue;
    for (std::size_t j = i; j > 0 && rows_by_hash[j - 1].first == hash; --j) {
      const std::size_t before = rows_by_hash[j - 1].second;
      if (Identity(records[before]) == Identity(records[row])) repeated = {before, row};
    }
  }
  return repeated;
}

// A label that is there twice would be a missed one, a prediction a false one: the score would
// change, and nobody would see why.
template <typename Record>
void RefuseRepeated(const CsvTable& table, std::span<const Record> records, const char* what) {
  const auto repeated = FirstRepeated(records);
  if (!repeated) return;
  const auto& [first, second] = *repeated;
  const Record& record = records[second];
  throw table[second].ErrorAt("the same " + std::string(what) + " as in line " +
                              std::to_string(table[first].line()) + " (video " +
                              Quoted(record.video.video) + ", frames " +
                              std::to_string(record.interval.onset + 1) + " to " +
                              std::to_string(record.interval.offset + 1) + "); remove one of them");
}

template <typename Record>
void CheckEmotions(const CsvTable& table, std::size_t column, std::span<const Record> records,
                   const EmotionCheck<Record>& emotion_problem) {
  if (!emotion_problem) return;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string problem = emotion_problem(records[i]);
    if (!problem.empty()) throw table[i].ErrorAt(column, problem);
  }
}

}  // namespace

CsvSchema LabelSchema() {
  return {.required = {"dataset", "subject", "video", "onset", "apex", "offset", "emotion", "type"},
          .optional = {"fine_emotion", "action_units"}};
}

CsvSchema LeaderboardSchema() {
  return {.required = {"subject", "video", "onset", "offset", "emotion"}};
}

CsvSchema PredictionsSchema() {
  return {.required = {"dataset", "subject", "video", "onset", "offset", "emotion"},
          .optional = {"apex", "onset_s", "offset_s", "probability", "score", "evidence", "context",
                       "track"}};
}

IntervalColumns::IntervalColumns(const CsvTable& table)
    : subject(table.Column("subject")),
      video(table.Column("video")),
      onset(table.Column("onset")),
      offset(table.Column("offset")),
      emotion(table.Column("emotion")) {}

LabelColumns::LabelColumns(const CsvTable& table)
    : IntervalColumns(table),
      dataset(table.Column("dataset")),
      apex(table.Column("apex")),
      type(table.Column("type")) {}

PredictionColumns::PredictionColumns(const CsvTable& table)
    : IntervalColumns(table),
      dataset(table.Column("dataset")),
      apex(table.FindColumn("apex")),
      onset_s(table.FindColumn("onset_s")),
      offset_s(table.FindColumn("offset_s")),
      probability(table.FindColumn("probability")),
      score(table.FindColumn("score")),
      evidence(table.FindColumn("evidence")),
      context(table.FindColumn("context")),
      track(table.FindColumn("track")) {}

Label ParseLabel(const CsvRow& row, const LabelColumns& columns) {
  Label label;
  label.video = {std::string(row.Text(columns.dataset)), std::string(row.Text(columns.subject)),
                 std::string(row.NonEmptyText(columns.video))};
  label.interval = ParseInterval(row, columns);
  label.apex = ParseApex(row, columns.apex, label.interval);
  label.type = ParseType(row, columns.type);
  const bool may_be_empty = label.type == ExpressionType::kMacro;
  label.emotion = may_be_empty ? row.Text(columns.emotion) : row.NonEmptyText(columns.emotion);
  return label;
}

Prediction ParseLeaderboardRow(const CsvRow& row, const IntervalColumns& columns,
                               const std::string& dataset) {
  Prediction prediction;
  prediction.video = {dataset, std::string(row.NonEmptyText(columns.subject)),
                      std::string(row.NonEmptyText(columns.video))};
  prediction.interval = ParseInterval(row, columns);
  prediction.emotion = row.NonEmptyText(columns.emotion);
  return prediction;
}

Prediction ParsePrediction(const CsvRow& row, const PredictionColumns& columns) {
  Prediction prediction;
  row.NonEmptyText(columns.video);
  row.NonEmptyText(columns.emotion);
  prediction.video = {ForeignText(row, columns.dataset), ForeignText(row, columns.subject),
                      ForeignText(row, columns.video)};
  prediction.interval = ParseInterval(row, columns);
  if (columns.apex) prediction.apex = ParseApex(row, *columns.apex, prediction.interval);
  prediction.onset_s = OptionalDouble(row, columns.onset_s, 0);
  prediction.offset_s = OptionalDouble(row, columns.offset_s, 0);
  prediction.emotion = ForeignText(row, columns.emotion);
  prediction.probability = OptionalDouble(row, columns.probability, 0, 1);
  prediction.score = OptionalDouble(row, columns.score);
  prediction.evidence = OptionalDouble(row, columns.evidence, 0, 1);
  if (columns.context) prediction.context = row.Text(*columns.context);
  if (columns.track) {
    const auto track = row.OptionalInt64(*columns.track, 1, kMostFrames);
    if (track) prediction.track = *track - 1;
  }
  return prediction;
}

void CheckRecords(const CsvTable& table, const IntervalColumns& columns,
                  std::span<const Label> records, const EmotionCheck<Label>& emotion_problem) {
  CheckEmotions(table, columns.emotion, records, emotion_problem);
  RefuseRepeated(table, records, "label");
}

void CheckRecords(const CsvTable& table, const IntervalColumns& columns,
                  std::span<const Prediction> records,
                  const EmotionCheck<Prediction>& emotion_problem) {
  CheckEmotions(table, columns.emotion, records, emotion_problem);
  RefuseRepeated(table, records, "prediction");
}

}  // namespace mestr::internal
