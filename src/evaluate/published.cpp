#include "evaluate/published.h"

namespace mestr::internal {
namespace {

// Table 1 of the baseline: MEAN trained on CAS(ME)^2, on the unseen test set.
PublishedScore Baseline(SpottingCounts counts, double precision, double recall, double spotting_f1,
                        double recognition_f1, double strs) {
  return {counts, precision, recall, spotting_f1, recognition_f1, strs};
}

PublishedScore Entry(double spotting_f1, double recognition_f1) {
  PublishedScore score;
  score.spotting_f1 = spotting_f1;
  score.recognition_f1 = recognition_f1;
  return score;
}

PublishedScore Overall(double strs) {
  PublishedScore score;
  score.strs = strs;
  return score;
}

}  // namespace

std::vector<PublishedResult> Megc2025Results() {
  return {
      {"MEAN baseline", "samm", Baseline({6, 217, 202}, 0.0269, 0.0288, 0.0278, 0.2222, 0.0062)},
      {"MEAN baseline", "cas", Baseline({3, 115, 34}, 0.0254, 0.0811, 0.0387, 0.2222, 0.0086)},
      {"Guo et al.", "samm", Entry(0.086, 0.667)},
      {"Guo et al.", "cas", Entry(0.099, 0.645)},
      {"Guo et al.", "", Overall(0.09)},
      {"ustc-iat", "samm", Entry(0.118, 0.471)},
      {"ustc-iat", "cas", Entry(0.067, 0.645)},
      {"ustc-iat", "", Overall(0.06)},
      {"gormanv", "samm", Entry(0.067, 0.622)},
      {"gormanv", "cas", Entry(0.061, 0.278)},
      {"gormanv", "", Overall(0.047)},
  };
}

}  // namespace mestr::internal
