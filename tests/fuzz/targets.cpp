#include "fuzz/targets.h"

#include <algorithm>
#include <array>

namespace mestr::fuzz {
namespace {

constexpr std::array kTargets = {
    Target{"config_set", ConfigSet},
    Target{"config_yaml", ConfigYaml},
    Target{"features_manifest", FeaturesManifest},
    Target{"image", Image},
    Target{"image_folder", ImageFolder},
    Target{"labels_csv", LabelsCsv},
    Target{"landmark_model", LandmarkModelFile},
    Target{"leaderboard_csv", LeaderboardCsv},
    Target{"manifest_csv", ManifestCsv},
    Target{"model_archive", ModelArchive},
    Target{"model_record", ModelRecord},
    Target{"predictions_csv", PredictionsCsv},
    Target{"questions_jsonl", QuestionsJsonl},
    Target{"results_folder", ResultsFolder},
    Target{"run_record", RunRecord},
    Target{"submission_zip", SubmissionZip},
    Target{"video", Video},
    Target{"video_lengths_csv", VideoLengthsCsv},
};

}  // namespace

std::span<const Target> Targets() { return kTargets; }

const Target* FindTarget(std::string_view name) {
  const auto* const found = std::find_if(kTargets.begin(), kTargets.end(),
                                         [&](const Target& target) { return target.name == name; });
  return found == kTargets.end() ? nullptr : found;
}

}  // namespace mestr::fuzz
