#include "mestr/submission/labels.h"

#include "submission/rows.h"

namespace mestr {
using namespace internal;

std::vector<Label> ReadLabels(const std::filesystem::path& path,
                              const std::function<std::string(const Label&)>& emotion_problem) {
  const CsvTable table = CsvTable::Read(path, LabelSchema());
  const LabelColumns columns(table);
  std::vector<Label> labels =
      ParseRows(table, [&](const CsvRow& row) { return ParseLabel(row, columns); });
  CheckRecords(table, columns, labels, emotion_problem);
  return labels;
}

std::string LabelsCsv(std::span<const Label> labels) {
  CsvWriter writer(LabelSchema().required);
  for (const Label& label : labels) {
    writer.Add(label.video.dataset).Add(label.video.subject).Add(label.video.video);
    writer.Add(label.interval.onset + 1);
    writer.Add(label.apex ? std::optional(*label.apex + 1) : std::nullopt);
    writer.Add(label.interval.offset + 1).Add(label.emotion);
    writer.Add(label.type == ExpressionType::kMicro ? "micro" : "macro").EndRow();
  }
  return writer.text();
}

}  // namespace mestr
