#include "mestr/submission/predictions.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "submission/archive.h"
#include "submission/rows.h"

namespace mestr {
using namespace internal;
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kLeaderboardSuffix = "_pred.csv";

std::vector<Prediction> LeaderboardRows(const CsvTable& table, const std::string& dataset,
                                        const PredictionEmotionCheck& emotion_problem) {
  const IntervalColumns columns(table);
  std::vector<Prediction> predictions = ParseRows(
      table, [&](const CsvRow& row) { return ParseLeaderboardRow(row, columns, dataset); });
  CheckRecords(table, columns, predictions, emotion_problem);
  return predictions;
}

// Gathers the predictions of several files and makes sure that no video is counted twice.
class Gatherer {
 public:
  explicit Gatherer(const PredictionEmotionCheck& emotion_problem)
      : emotion_problem_(emotion_problem) {}

  void AddFolder(const fs::path& folder) {
    bool found = false;
    for (const std::string_view dataset : kLeaderboardDatasets) {
      found |= AddIfThere(folder / LeaderboardFileName(dataset));
    }
    found |= AddIfThere(folder / kPredictionsFile);
    if (found) return;
    throw Error(ErrorKind::kInput, folder.string() + ": no cas_pred.csv, samm_pred.csv or " +
                                       std::string(kPredictionsFile) + " in this folder");
  }

  void AddZip(const fs::path& path) {
    std::set<std::string> names;
    for (ArchiveEntry& entry : ReadZip(path)) {
      const std::string name = path.string() + "/" + Printable(entry.name);
      const std::string dataset = DatasetOfLeaderboardFile(entry.name);
      if (dataset.empty() || dataset.find_first_of("/\\") != std::string::npos) {
        throw Error(ErrorKind::kInput,
                    name + ": a submission holds cas_pred.csv and samm_pred.csv only");
      }
      if (!names.insert(entry.name).second) {
        throw Error(ErrorKind::kInput, name + ": this name is in the zip twice");
      }
      Add(LeaderboardRows(CsvTable::Parse(std::move(entry.content), name, LeaderboardSchema()),
                          dataset, emotion_problem_),
          name);
    }
  }

  void AddCsv(const fs::path& path) {
    const bool is_leaderboard = !DatasetOfLeaderboardFile(path.filename().string()).empty();
    Add(is_leaderboard ? ReadLeaderboardFile(path, emotion_problem_)
                       : ReadPredictionsFile(path, emotion_problem_),
        path.string());
  }

  std::vector<Prediction> Take() { return std::move(predictions_); }

 private:
  bool AddIfThere(const fs::path& path) {
    if (!Exists(path)) return false;
    AddCsv(path);
    return true;
  }

  void Add(std::vector<Prediction> predictions, const std::string& file) {
    std::set<VideoKey> videos;
    const VideoKey* last = nullptr;
    for (const Prediction& prediction : predictions) {
      if (last != nullptr && *last == prediction.video) continue;
      last = &prediction.video;
      videos.insert(Comparable(*last));
    }
    for (const VideoKey& key : videos) {
      const auto [other, is_new] = file_of_video_.emplace(key, file);
      if (is_new) continue;
      throw Error(ErrorKind::kInput, file + ": video " + Printable(key.video) + " of subject " +
                                         Quoted(key.subject) + " is in " + other->second +
                                         " too; give one of them");
    }
    if (predictions_.empty()) {
      predictions_ = std::move(predictions);
    } else {
      std::move(predictions.begin(), predictions.end(), std::back_inserter(predictions_));
    }
  }

  const PredictionEmotionCheck& emotion_problem_;
  std::vector<Prediction> predictions_;
  std::map<VideoKey, std::string> file_of_video_;
};

}  // namespace

std::string LeaderboardFileName(std::string_view dataset) {
  return std::string(dataset) + std::string(kLeaderboardSuffix);
}

std::string DatasetOfLeaderboardFile(std::string_view file_name) {
  if (!file_name.ends_with(kLeaderboardSuffix)) return {};
  return std::string(file_name.substr(0, file_name.size() - kLeaderboardSuffix.size()));
}

std::string LeaderboardCsv(std::span<const Prediction> predictions) {
  CsvWriter writer(LeaderboardSchema().required);
  for (const Prediction& prediction : predictions) {
    if (prediction.emotion == kOthers) continue;
    writer.Add(ComparableSubject(prediction.video.subject)).Add(prediction.video.video);
    writer.Add(prediction.interval.onset + 1).Add(prediction.interval.offset + 1);
    writer.Add(prediction.emotion).EndRow();
  }
  return writer.text();
}

std::string PredictionsCsv(std::span<const Prediction> predictions) {
  CsvWriter writer({"dataset", "subject", "video", "onset", "apex", "offset", "onset_s", "offset_s",
                    "emotion", "probability", "score", "evidence", "context", "track"});
  for (const Prediction& prediction : predictions) {
    writer.Add(FormulaSafe(prediction.video.dataset)).Add(FormulaSafe(prediction.video.subject));
    writer.Add(FormulaSafe(prediction.video.video));
    writer.Add(prediction.interval.onset + 1);
    writer.Add(prediction.apex ? std::optional(*prediction.apex + 1) : std::nullopt);
    writer.Add(prediction.interval.offset + 1);
    writer.Add(prediction.onset_s).Add(prediction.offset_s).Add(FormulaSafe(prediction.emotion));
    writer.Add(prediction.probability).Add(prediction.score).Add(prediction.evidence);
    writer.Add(prediction.context);
    writer.Add(prediction.track ? std::optional(*prediction.track + 1) : std::nullopt).EndRow();
  }
  return writer.text();
}

std::vector<Prediction> ReadLeaderboardFile(const fs::path& path,
                                            const PredictionEmotionCheck& emotion_problem) {
  const std::string dataset = DatasetOfLeaderboardFile(path.filename().string());
  if (dataset.empty()) {
    throw Error(ErrorKind::kInput,
                path.string() + ": a leaderboard file is named <dataset>_pred.csv (cas_pred.csv)");
  }
  return LeaderboardRows(CsvTable::Read(path, LeaderboardSchema()), dataset, emotion_problem);
}

std::vector<Prediction> ReadPredictionsFile(const fs::path& path,
                                            const PredictionEmotionCheck& emotion_problem) {
  const CsvTable table = CsvTable::Read(path, PredictionsSchema());
  const PredictionColumns columns(table);
  std::vector<Prediction> predictions =
      ParseRows(table, [&](const CsvRow& row) { return ParsePrediction(row, columns); });
  CheckRecords(table, columns, predictions, emotion_problem);
  return predictions;
}

std::vector<Prediction> ReadPredictions(const std::vector<fs::path>& inputs,
                                        const PredictionEmotionCheck& emotion_problem) {
  Gatherer gatherer(emotion_problem);
  std::set<fs::path> seen;
  for (const fs::path& input : inputs) {
    std::error_code error;
    if (!seen.insert(fs::weakly_canonical(input, error)).second) {
      throw Error(ErrorKind::kInput, input.string() + " is given twice");
    }
    if (IsFolder(input)) {
      gatherer.AddFolder(input);
    } else if (input.extension() == ".zip") {
      gatherer.AddZip(input);
    } else {
      gatherer.AddCsv(input);
    }
  }
  return gatherer.Take();
}

}  // namespace mestr
