#include "vqa/described_labels.h"

#include <array>
#include <optional>
#include <utility>

#include "core/csv.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "submission/rows.h"

namespace mestr::internal {
namespace {

std::string FineClassOf(std::string_view emotion) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kOtherNames = {
      {{"happy", "happiness"},
       {"sad", "sadness"},
       {"angry", "anger"},
       {"fearful", "fear"},
       {"other", "others"}}};
  std::string name = LowerCase(Trimmed(emotion));
  for (const auto& [other, usual] : kOtherNames) {
    if (name == other) name = usual;
  }
  return name;
}

void ReadUnits(const CsvRow& row, std::size_t column, DescribedLabel& label) {
  try {
    for (const ActionUnit& unit : ParseActionUnits(row.Text(column))) {
      if (ActionUnitName(unit.number).empty()) {
        label.other_codes.push_back(unit.number);
      } else {
        label.action_units.push_back(unit);
      }
    }
  } catch (const Error& error) {
    throw row.ErrorAt(column, error.what());
  }
}

}  // namespace

std::vector<DescribedLabel> ReadDescribedLabels(const std::filesystem::path& path) {
  const CsvTable table = CsvTable::Read(path, LabelSchema());
  const LabelColumns columns(table);
  const std::optional<std::size_t> fine = table.FindColumn("fine_emotion");
  const std::optional<std::size_t> units = table.FindColumn("action_units");
  const std::vector<Label> labels =
      ParseRows(table, [&](const CsvRow& row) { return ParseLabel(row, columns); });
  CheckRecords(table, columns, labels, nullptr);
  std::vector<DescribedLabel> described;
  for (std::size_t i = 0; i < table.size(); ++i) {
    DescribedLabel& one = described.emplace_back();
    one.label = labels[i];
    if (fine) one.fine_emotion = FineClassOf(table[i].Text(*fine));
    if (units) ReadUnits(table[i], *units, one);
  }
  return described;
}

}  // namespace mestr::internal
