#include "model/archive_check.h"

#include "model/model_archive.h"
#include "model/model_record.h"
#include "model/pickle_check.h"
#include "model/refusal.h"
#include "model/script_check.h"

namespace mestr::internal {
namespace {

constexpr std::string_view kExtra = "extra/";

ModelInfo ReadRecord(const ModelEntries& entries, const std::string& file) {
  const auto record = entries.find(std::string(kExtra) + kRecordName);
  if (record == entries.end() || record->second.empty()) {
    RefuseModel(file, std::string("a TorchScript model without the record ") + kRecordName +
                          "; scripts/convert_mean_weights.py and scripts/train_mean.py write it");
  }
  return ParseModelRecord(record->second, file);
}

void RequireTorchScript(const ModelEntries& entries, const std::string& file) {
  for (const char* name : {"data.pkl", "constants.pkl"}) {
    if (!entries.contains(name)) {
      RefuseModel(file, std::string("not a TorchScript model: it lacks ") + name +
                            " (torch.save writes such files; torch.jit.save writes models)");
    }
  }
}

}  // namespace

CheckedModel CheckModelArchive(std::string_view bytes, bool trusted, const ModelLimits& limits,
                               const std::string& file) {
  ModelEntries entries = UnpackModel(bytes, limits, file);
  RequireTorchScript(entries, file);
  CheckedModel checked{.info = ReadRecord(entries, file), .archive = {}};
  if (!trusted) {
    const std::size_t constants = CountPickledConstants(entries, limits, file);
    const ScriptDefinitions definitions = CheckScript(entries, constants, file);
    CheckPickledObjects(entries, definitions, limits, file);
  }
  std::erase_if(entries, [](const auto& entry) { return entry.first.starts_with(kExtra); });
  checked.archive = PackModel(entries);
  return checked;
}

}  // namespace mestr::internal
