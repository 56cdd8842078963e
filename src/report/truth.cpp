#include "report/truth.h"

#include <algorithm>
#include <set>

#include "core/text.h"
#include "evaluate/matching.h"
#include "mestr/core/error.h"
#include "mestr/submission/labels.h"

namespace mestr::internal {
namespace {

std::set<VideoKey> KeysOf(const RunResults& run) {
  std::set<VideoKey> keys;
  for (const RunVideo& video : run.videos) keys.insert(Comparable(video.input.key));
  return keys;
}

std::string KeyText(const VideoKey& key) {
  return "dataset '" + key.dataset + "', subject '" + key.subject + "', video '" + key.video + "'";
}

}  // namespace

Truth::Truth(const std::filesystem::path& file) : name_(file.string()), labels_(ReadLabels(file)) {
  for (Label& label : labels_) label.video = Comparable(label.video);
}

void Truth::CheckFits(const RunResults& run) const {
  if (labels_.empty() || run.videos.empty()) return;
  if (LabelsOfOtherVideos(run) < std::ssize(labels_)) return;
  throw Error(ErrorKind::kInput, name_ + ": no label is of a video of " + run.folder.string() +
                                     ": the first is of " + KeyText(labels_[0].video) +
                                     ", and the run's first video is " +
                                     KeyText(run.videos[0].input.key));
}

std::int64_t Truth::LabelsOfOtherVideos(const RunResults& run) const {
  const std::set<VideoKey> keys = KeysOf(run);
  return std::count_if(labels_.begin(), labels_.end(),
                       [&](const Label& label) { return !keys.contains(label.video); });
}

std::vector<Label> Truth::LabelsOf(const VideoKey& key) const {
  std::vector<Label> labels;
  std::copy_if(labels_.begin(), labels_.end(), std::back_inserter(labels),
               [video = Comparable(key)](const Label& label) { return label.video == video; });
  return labels;
}

JudgedVideo Truth::Judge(const VideoResults& video) const {
  const EvaluateOptions protocol;
  JudgedVideo judged;
  judged.labels = LabelsOf(video.input.key);
  judged.is_hit.resize(judged.labels.size(), false);
  std::vector<Interval> scored;
  std::vector<std::size_t> label_of;  // `scored`, in judged.labels
  for (std::size_t i = 0; i < judged.labels.size(); ++i) {
    const Label& label = judged.labels[i];
    RequireWithin(label, video.frames);
    if (!IsScored(label, protocol)) continue;
    scored.push_back(label.interval);
    label_of.push_back(i);
  }
  std::vector<Interval> finds;
  for (std::size_t f = 0; f < video.faces.size(); ++f) {
    const std::vector<FoundInterval>& intervals = video.faces[f].intervals;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      if (intervals[i].emotion == kOthers) continue;
      finds.push_back(intervals[i].interval);
      judged.finds.push_back({.face = f, .interval = i, .label = {}});
    }
  }
  for (const Match& hit : MatchIntervals(finds, scored, protocol.iou)) {
    judged.finds[hit.prediction].label = label_of[hit.label];
    judged.finds[hit.prediction].iou = hit.iou;
    judged.is_hit[label_of[hit.label]] = true;
  }
  return judged;
}

std::int64_t Truth::ScoredLabelsOf(const VideoKey& key) const {
  const std::vector<Label> labels = LabelsOf(key);
  return std::count_if(labels.begin(), labels.end(),
                       [](const Label& label) { return IsScored(label, EvaluateOptions()); });
}

void Truth::RequireWithin(const Label& label, std::int64_t frames) const {
  if (label.interval.offset < frames) return;
  throw Error(ErrorKind::kInput,
              name_ + ": a label ends at frame " + std::to_string(label.interval.offset + 1) +
                  " of " + KeyText(label.video) + ", which has " + Counted(frames, "frame"));
}

}  // namespace mestr::internal
