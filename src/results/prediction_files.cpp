#include "results/prediction_files.h"

#include <algorithm>
#include <map>

#include "core/files.h"
#include "mestr/submission/predictions.h"
#include "submission/archive.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

bool HasOwnVideos(const std::vector<VideoInput>& videos) {
  return std::any_of(videos.begin(), videos.end(), [](const VideoInput& video) {
    return !IsLeaderboardDataset(video.key.dataset);
  });
}

Prediction PredictionOf(const VideoKey& video, const FoundInterval& found) {
  Prediction prediction{.video = video,
                        .interval = found.interval,
                        .apex = found.peak,
                        .onset_s = found.onset_s,
                        .offset_s = found.offset_s,
                        .emotion = found.emotion,
                        .probability = found.probability,
                        .score = found.score,
                        .evidence = {},
                        .context = found.context,
                        .track = found.track};
  if (found.evidence) prediction.evidence = found.evidence->value;
  return prediction;
}

}  // namespace

std::vector<std::string> PredictionFilesOf(const std::vector<VideoInput>& videos) {
  std::vector<std::string> files;
  for (const VideoInput& video : videos) {
    if (!IsLeaderboardDataset(video.key.dataset)) continue;
    const std::string file = LeaderboardFileName(video.key.dataset);
    if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  if (!files.empty()) files.emplace_back(kSubmissionFile);
  if (HasOwnVideos(videos)) files.emplace_back(kPredictionsFile);
  return files;
}

std::vector<Prediction> PredictionsOf(const VideoResults& video) {
  std::vector<Prediction> predictions;
  for (const FaceResults& face : video.faces) {
    for (const FoundInterval& found : face.intervals) {
      predictions.push_back(PredictionOf(video.input.key, found));
    }
  }
  return predictions;
}

std::vector<std::string> WritePredictions(const fs::path& folder,
                                          const std::vector<VideoInput>& videos,
                                          const std::vector<VideoResults>& results) {
  std::map<std::string, std::vector<Prediction>> of_file;
  for (const VideoResults& video : results) {
    const std::string& dataset = video.input.key.dataset;
    auto& all = of_file[IsLeaderboardDataset(dataset) ? LeaderboardFileName(dataset)
                                                      : std::string(kPredictionsFile)];
    const std::vector<Prediction> predictions = PredictionsOf(video);
    all.insert(all.end(), predictions.begin(), predictions.end());
  }
  const std::vector<std::string> files = PredictionFilesOf(videos);
  std::vector<ArchiveEntry> submission;
  for (const std::string& file : files) {
    if (file == kSubmissionFile) {
      WriteZip(folder / file, submission);
    } else if (file == kPredictionsFile) {
      WriteFileAtomically(folder / file, PredictionsCsv(of_file[file]));
    } else {
      submission.push_back({file, LeaderboardCsv(of_file[file])});
      WriteFileAtomically(folder / file, submission.back().content);
    }
  }
  return files;
}

}  // namespace mestr::internal
