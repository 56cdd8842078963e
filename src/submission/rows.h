// What one row of each format is: used by the readers, and by the check that goes on after a bad
// row.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/csv.h"
#include "mestr/submission/records.h"

namespace mestr::internal {

CsvSchema LabelSchema();
CsvSchema LeaderboardSchema();
CsvSchema PredictionsSchema();

// Columns that every format has.
struct IntervalColumns {
  explicit IntervalColumns(const CsvTable& table);
  std::size_t subject;
  std::size_t video;
  std::size_t onset;
  std::size_t offset;
  std::size_t emotion;
};

struct LabelColumns : IntervalColumns {
  explicit LabelColumns(const CsvTable& table);
  std::size_t dataset;
  std::size_t apex;
  std::size_t type;
};

struct PredictionColumns : IntervalColumns {
  explicit PredictionColumns(const CsvTable& table);
  std::size_t dataset;
  std::optional<std::size_t> apex;
  std::optional<std::size_t> onset_s;
  std::optional<std::size_t> offset_s;
  std::optional<std::size_t> probability;
  std::optional<std::size_t> score;
  std::optional<std::size_t> evidence;
  std::optional<std::size_t> context;
  std::optional<std::size_t> track;
};

// All throw Error{kInput} with the place of the cell that is wrong.
Label ParseLabel(const CsvRow& row, const LabelColumns& columns);
Prediction ParseLeaderboardRow(const CsvRow& row, const IntervalColumns& columns,
                               const std::string& dataset);
Prediction ParsePrediction(const CsvRow& row, const PredictionColumns& columns);

// What is wrong with a record's emotion; empty: nothing. Called where it is given.
template <typename Record>
using EmotionCheck = std::function<std::string(const Record&)>;

// Throws Error{kInput} at the first row whose emotion has a problem, and at one that another row
// says already: same video, frames, emotion and type. `records` are those of the table's rows.
void CheckRecords(const CsvTable& table, const IntervalColumns& columns,
                  std::span<const Label> records, const EmotionCheck<Label>& emotion_problem);
void CheckRecords(const CsvTable& table, const IntervalColumns& columns,
                  std::span<const Prediction> records,
                  const EmotionCheck<Prediction>& emotion_problem);

// What `parse` makes of each row of the table.
template <typename Parse>
auto ParseRows(const CsvTable& table, const Parse& parse) {
  std::vector<std::invoke_result_t<const Parse&, const CsvRow&>> parsed;
  parsed.reserve(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) parsed.push_back(parse(table[i]));
  return parsed;
}

}  // namespace mestr::internal
