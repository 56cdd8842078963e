// The finds of a video against its labels, by evaluate's rule.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mestr/submission/records.h"
#include "results/results.h"

namespace mestr::internal {

// A find that counts, and the label that it hits.
struct JudgedFind {
  std::size_t face = 0;              // in VideoResults::faces
  std::size_t interval = 0;          // in its intervals
  std::optional<std::size_t> label;  // in JudgedVideo::labels; empty: a false alarm
  double iou = 0;                    // with that label
};

// A macro-expression, and a find of the class `others`, are neither right nor wrong.
struct JudgedVideo {
  std::vector<Label> labels;
  std::vector<bool> is_hit;  // one a label; of a micro-expression false is a miss
  std::vector<JudgedFind> finds;
};

class Truth {
 public:
  // Throws Error{kInput} as ReadLabels.
  explicit Truth(const std::filesystem::path& file);

  // Throws Error{kInput} where none of the labels is of a video of the run: of another data set,
  // most likely.
  void CheckFits(const RunResults& run) const;

  // Labels of videos that are not in the run.
  std::int64_t LabelsOfOtherVideos(const RunResults& run) const;

  // Throws Error{kInput} for a label that ends after the video.
  JudgedVideo Judge(const VideoResults& video) const;

  // All missed where the video failed.
  std::int64_t ScoredLabelsOf(const VideoKey& key) const;

 private:
  std::vector<Label> LabelsOf(const VideoKey& key) const;
  void RequireWithin(const Label& label, std::int64_t frames) const;

  std::string name_;
  std::vector<Label> labels_;  // their videos as Comparable gives them
};

}  // namespace mestr::internal
