#include "evaluate/matching.h"

#include <algorithm>
#include <numeric>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// Indices of `items` in ascending order of `key(index)`, equal ones as given.
template <typename Key>
std::vector<std::size_t> SortedIndices(std::size_t size, const Key& key) {
  std::vector<std::size_t> indices(size);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::stable_sort(indices.begin(), indices.end(),
                   [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return indices;
}

// The labels of a video in order of onset, ready to give those that an interval overlaps.
class LabelIndex {
 public:
  explicit LabelIndex(std::span<const Interval> labels)
      : labels_(labels),
        by_onset_(SortedIndices(labels.size(), [&](std::size_t i) { return labels[i].onset; })) {
    latest_offset_.reserve(labels.size());
    std::int64_t latest = 0;
    for (const std::size_t i : by_onset_) {
      latest = std::max(latest, labels[i].offset);
      latest_offset_.push_back(latest);
    }
  }

  // Calls visit(label, iou) for each label that shares a frame with `interval`, in order of onset.
  template <typename Visit>
  void ForEachOverlap(const Interval& interval, const Visit& visit) const {
    const auto first =
        std::lower_bound(latest_offset_.begin(), latest_offset_.end(), interval.onset);
    for (auto at = static_cast<std::size_t>(first - latest_offset_.begin()); at < by_onset_.size();
         ++at) {
      const std::size_t label = by_onset_[at];
      if (labels_[label].onset > interval.offset) return;
      const double iou = IntersectionOverUnion(interval, labels_[label]);
      if (iou > 0) visit(label, iou);
    }
  }

 private:
  std::span<const Interval> labels_;
  std::vector<std::size_t> by_onset_;
  std::vector<std::int64_t> latest_offset_;  // of this label and all before it: ascending
};

}  // namespace

bool IsChosen(const std::string& dataset, const EvaluateOptions& options) {
  const auto& chosen = options.datasets;
  return chosen.empty() || std::find(chosen.begin(), chosen.end(), dataset) != chosen.end();
}

bool IsScored(const Label& label, const EvaluateOptions& options) {
  return IsChosen(label.video.dataset, options) &&
         (label.type == ExpressionType::kMicro || options.include_macro);
}

std::vector<Match> MatchIntervals(std::span<const Interval> predictions,
                                  std::span<const Interval> labels, double iou) {
  const LabelIndex index(labels);
  std::vector<bool> is_hit(labels.size(), false);
  std::vector<Match> hits;
  for (const std::size_t p :
       SortedIndices(predictions.size(), [&](std::size_t i) { return predictions[i].onset; })) {
    Match best = {p, 0, 0};
    index.ForEachOverlap(predictions[p], [&](std::size_t label, double overlap) {
      if (overlap > best.iou) best = {p, label, overlap};
    });
    if (best.iou == 0 || best.iou < iou || is_hit[best.label]) continue;
    is_hit[best.label] = true;
    hits.push_back(best);
  }
  return hits;
}

std::vector<std::uint16_t> MatchByScore(std::span<const Interval> predictions,
                                        std::span<const double> scores,
                                        std::span<const Interval> labels) {
  if (scores.size() != predictions.size()) {
    throw Error(ErrorKind::kInvalidArgument, "MatchByScore: one score a prediction is needed");
  }
  const LabelIndex index(labels);
  std::vector<std::uint16_t> label_hits(labels.size(), 0);
  std::vector<std::uint16_t> prediction_hits(predictions.size(), 0);
  std::vector<Match> candidates;
  const auto order = SortedIndices(predictions.size(), [&](std::size_t i) {
    return std::pair(-scores[i], predictions[i].onset);
  });
  for (const std::size_t p : order) {
    candidates.clear();
    index.ForEachOverlap(predictions[p], [&](std::size_t label, double overlap) {
      if (overlap >= ApThreshold(0)) candidates.push_back({p, label, overlap});
    });
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Match& a, const Match& b) { return a.iou > b.iou; });
    for (std::size_t t = 0; t < kApThresholds; ++t) {
      const auto bit = static_cast<std::uint16_t>(1U << t);
      const auto found =
          std::find_if(candidates.begin(), candidates.end(), [&](const Match& candidate) {
            return candidate.iou >= ApThreshold(t) && (label_hits[candidate.label] & bit) == 0;
          });
      if (found == candidates.end()) continue;
      label_hits[found->label] |= bit;
      prediction_hits[p] |= bit;
    }
  }
  return prediction_hits;
}

}  // namespace mestr::internal
