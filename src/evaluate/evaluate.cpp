#include "mestr/evaluate/evaluate.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/csv.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "evaluate/bootstrap.h"
#include "evaluate/matching.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;
namespace {

constexpr std::size_t kNoClass = static_cast<std::size_t>(-1);

// Everything of one video, gathered from the rows, then its score.
struct Video {
  VideoKey key;  // as Comparable gives it
  std::vector<const Prediction*> predictions;
  std::vector<const Label*> labels;

  VideoCounts counts;
  std::vector<std::pair<const Prediction*, const Label*>> hits;
  double iou_sum = 0;
  std::int64_t hits_left_out = 0;
  std::vector<std::uint16_t> hit_bits;  // of `predictions`, where all have a score
};

std::string Place(const VideoKey& video, const Interval& interval) {
  return "dataset '" + video.dataset + "', subject '" + video.subject + "', video '" + video.video +
         "', frames " + std::to_string(interval.onset + 1) + " to " +
         std::to_string(interval.offset + 1);
}

class ClassNames {
 public:
  explicit ClassNames(const std::vector<std::string>& names) : names_(names) {}

  std::size_t Find(const std::string& emotion) const {
    const auto found = std::find(names_.begin(), names_.end(), emotion);
    return found == names_.end() ? kNoClass : static_cast<std::size_t>(found - names_.begin());
  }

  // What is wrong with it; empty: it is a class, or `others`. `whose` is for where nobody else says
  // it: " of a label (...)".
  std::string Problem(const std::string& emotion, const std::string& whose = {}) const {
    if (Find(emotion) != kNoClass || emotion == kOthers) return {};
    return "emotion " + Quoted(emotion) + whose + " is not one of " + Joined(names_, ", ") + ", " +
           std::string(kOthers);
  }

  // kNoClass for `others` where it is no class; throws for any other unknown emotion.
  std::size_t Check(const std::string& emotion, const char* what, const VideoKey& video,
                    const Interval& interval) const {
    const std::size_t c = Find(emotion);
    if (c != kNoClass || emotion == kOthers) return c;
    throw Error(ErrorKind::kInput, Problem(emotion, " of a " + std::string(what) + " (" +
                                                        Place(video, interval) + ")"));
  }

 private:
  const std::vector<std::string>& names_;
};

// Macro-expressions need no emotion.
bool IsUnnamed(const Label& label) {
  return label.type == ExpressionType::kMacro && label.emotion.empty();
}

// Joins the rows of a video, whichever way its subject is written.
class VideoTable {
 public:
  Video& Of(const VideoKey& key) {
    if (last_ != nullptr && last_key_ == key) return *last_;
    joined_ = key.dataset;
    joined_ += '\0';
    joined_ += ComparableSubject(key.subject);
    joined_ += '\0';
    joined_ += key.video;
    const auto [found, is_new] = videos_.try_emplace(joined_);
    if (is_new) {
      found->second.key = Comparable(key);
    }
    last_key_ = key;
    last_ = &found->second;
    return *last_;
  }

  // In natural order of data set, subject and name.
  std::vector<Video*> Sorted() {
    std::vector<Video*> videos;
    videos.reserve(videos_.size());
    for (auto& [joined, video] : videos_) videos.push_back(&video);
    std::sort(videos.begin(), videos.end(), [](const Video* a, const Video* b) {
      for (const auto part : {&VideoKey::dataset, &VideoKey::subject, &VideoKey::video}) {
        if (a->key.*part != b->key.*part) return NaturalLess(a->key.*part, b->key.*part);
      }
      return false;
    });
    return videos;
  }

 private:
  std::unordered_map<std::string, Video> videos_;
  std::string joined_;
  VideoKey last_key_;
  Video* last_ = nullptr;
};

// Chooses the rows that count, and remembers what a reader should know of the others.
class Gatherer {
 public:
  explicit Gatherer(const EvaluateOptions& options)
      : options_(options), classes_(options.classes) {}

  void AddLabels(std::span<const Label> labels) {
    std::int64_t macro = 0;
    std::int64_t without_class = 0;
    for (const Label& label : labels) {
      if (!IsChosen(label.video.dataset, options_)) continue;
      labelled_datasets_.insert(label.video.dataset);
      if (!IsScored(label, options_)) {
        ++macro;
        continue;
      }
      if (IsUnnamed(label) ||
          classes_.Check(label.emotion, "label", label.video, label.interval) == kNoClass)
        ++without_class;
      videos_.Of(label.video).labels.push_back(&label);
    }
    for (const std::string& dataset : options_.datasets) {
      if (labelled_datasets_.contains(dataset)) continue;
      throw Error(ErrorKind::kInput, "data set '" + dataset + "' is to be scored but has no label");
    }
    if (macro > 0) notes_.push_back(Counted(macro, "macro-expression label") + " not scored");
    if (without_class > 0) {
      notes_.push_back(Counted(without_class, "label") +
                       " of an emotion that is no class: scored in spotting, not in recognition");
    }
  }

  void AddPredictions(std::span<const Prediction> predictions) {
    std::int64_t others = 0;
    for (const Prediction& prediction : predictions) {
      if (!IsChosen(prediction.video.dataset, options_)) continue;
      CheckDataset(prediction.video.dataset);
      if (classes_.Check(prediction.emotion, "prediction", prediction.video, prediction.interval) ==
          kNoClass) {
        ++others;
        continue;
      }
      videos_.Of(prediction.video).predictions.push_back(&prediction);
    }
    if (others > 0) {
      notes_.push_back(Counted(others, "prediction") + " of '" + std::string(kOthers) +
                       "' left out, as a submission does");
    }
  }

  std::vector<Video*> Videos() { return videos_.Sorted(); }
  std::vector<std::string>& notes() { return notes_; }

 private:
  void CheckDataset(const std::string& dataset) const {
    if (labelled_datasets_.contains(dataset)) return;
    std::string known;
    for (const std::string& name : labelled_datasets_)
      known += (known.empty() ? "'" : ", '") + name + "'";
    throw Error(ErrorKind::kInput, "there are predictions of data set '" + dataset +
                                       "' but no label of it; labels are of " +
                                       (known.empty() ? "none" : known) +
                                       ": give its labels, or choose the data sets to score");
  }

  const EvaluateOptions& options_;
  ClassNames classes_;
  VideoTable videos_;
  std::set<std::string> labelled_datasets_;
  std::vector<std::string> notes_;
};

template <typename Row>
std::vector<Interval> Intervals(const std::vector<const Row*>& rows) {
  std::vector<Interval> intervals;
  intervals.reserve(rows.size());
  for (const Row* row : rows) intervals.push_back(row->interval);
  return intervals;
}

void ScoreVideo(Video& video, const EvaluateOptions& options) {
  // The order in which predictions of one score are ranked, too.
  std::stable_sort(video.predictions.begin(), video.predictions.end(),
                   [](const Prediction* a, const Prediction* b) {
                     return a->interval.onset < b->interval.onset;
                   });
  const std::vector<Interval> predictions = Intervals(video.predictions);
  const std::vector<Interval> labels = Intervals(video.labels);
  const ClassNames classes(options.classes);
  video.counts.confusion = ConfusionMatrix(options.classes.size());
  for (const Match& hit : MatchIntervals(predictions, labels, options.iou)) {
    const Prediction& prediction = *video.predictions[hit.prediction];
    const Label& label = *video.labels[hit.label];
    video.hits.emplace_back(&prediction, &label);
    video.iou_sum += hit.iou;
    const std::size_t truth = classes.Find(label.emotion);
    if (truth == kNoClass) {
      ++video.hits_left_out;
    } else {
      video.counts.confusion.Add(truth, classes.Find(prediction.emotion));
    }
  }
  const auto tp = static_cast<std::int64_t>(video.hits.size());
  video.counts.spotting = {tp, static_cast<std::int64_t>(predictions.size()) - tp,
                           static_cast<std::int64_t>(labels.size()) - tp};

  std::vector<double> scores;
  for (const Prediction* prediction : video.predictions) {
    if (!prediction->score) return;
    scores.push_back(*prediction->score);
  }
  video.hit_bits = MatchByScore(predictions, scores, labels);
}

std::optional<std::array<double, kApThresholds>> AveragePrecisions(
    std::span<const Video* const> videos, std::int64_t labels) {
  struct Scored {
    double score;
    std::uint16_t hit_bits;
  };
  std::vector<Scored> scored;
  for (const Video* video : videos) {
    if (video->hit_bits.size() != video->predictions.size()) return std::nullopt;
    for (std::size_t i = 0; i < video->predictions.size(); ++i) {
      scored.push_back({*video->predictions[i]->score, video->hit_bits[i]});
    }
  }
  if (labels == 0) return std::nullopt;
  std::stable_sort(scored.begin(), scored.end(),
                   [](const Scored& a, const Scored& b) { return a.score > b.score; });
  std::array<double, kApThresholds> values = {};
  std::vector<bool> is_hit(scored.size());
  for (std::size_t t = 0; t < kApThresholds; ++t) {
    for (std::size_t i = 0; i < scored.size(); ++i)
      is_hit[i] = ((scored[i].hit_bits >> t) & 1) != 0;
    values[t] = *AveragePrecision(is_hit, labels);
  }
  return values;
}

// Means of the differences between predicted and true frames.
class TimingMean {
 public:
  void Add(std::int64_t difference_frames, const std::optional<double>& fps) {
    constexpr double kMsPerSecond = 1000.0;
    const auto frames = static_cast<double>(difference_frames);
    ++hits_;
    frames_ += frames;
    abs_frames_ += std::abs(frames);
    all_fps_known_ = all_fps_known_ && fps.has_value();
    if (!fps) return;
    ms_ += frames * kMsPerSecond / *fps;
    abs_ms_ += std::abs(frames) * kMsPerSecond / *fps;
  }

  TimingError Result() const {
    TimingError error;
    error.hits = hits_;
    if (hits_ == 0) return error;
    const auto n = static_cast<double>(hits_);
    error.mean_frames = frames_ / n;
    error.mean_abs_frames = abs_frames_ / n;
    if (!all_fps_known_) return error;
    error.mean_ms = ms_ / n;
    error.mean_abs_ms = abs_ms_ / n;
    return error;
  }

 private:
  std::int64_t hits_ = 0;
  double frames_ = 0;
  double abs_frames_ = 0;
  double ms_ = 0;
  double abs_ms_ = 0;
  bool all_fps_known_ = true;
};

std::int64_t PredictedApex(const Prediction& prediction) {
  return prediction.apex.value_or(
      std::midpoint(prediction.interval.onset, prediction.interval.offset));
}

void ScoreTiming(std::span<const Video* const> videos, const EvaluateOptions& options,
                 ScopeScore& scope) {
  TimingMean onset;
  TimingMean apex;
  TimingMean offset;
  for (const Video* video : videos) {
    const auto found = options.fps.find(video->key.dataset);
    const auto fps = found == options.fps.end() ? std::nullopt : std::optional(found->second);
    for (const auto& [prediction, label] : video->hits) {
      onset.Add(prediction->interval.onset - label->interval.onset, fps);
      offset.Add(prediction->interval.offset - label->interval.offset, fps);
      if (label->apex) apex.Add(PredictedApex(*prediction) - *label->apex, fps);
    }
  }
  scope.onset = onset.Result();
  scope.apex = apex.Result();
  scope.offset = offset.Result();
}

ScopeScore ScoreScope(ScopeKind kind, VideoKey key, std::span<const Video* const> videos,
                      const EvaluateOptions& options) {
  ScopeScore scope;
  scope.kind = kind;
  scope.key = std::move(key);
  scope.confusion = ConfusionMatrix(options.classes.size());
  double iou_sum = 0;
  for (const Video* video : videos) {
    ++scope.videos;
    scope.labels += static_cast<std::int64_t>(video->labels.size());
    scope.predictions += static_cast<std::int64_t>(video->predictions.size());
    scope.spotting += video->counts.spotting;
    scope.confusion += video->counts.confusion;
    scope.hits_left_out += video->hits_left_out;
    iou_sum += video->iou_sum;
  }
  if (scope.spotting.tp > 0) scope.mean_iou = iou_sum / static_cast<double>(scope.spotting.tp);
  scope.average_precision = AveragePrecisions(videos, scope.labels);
  scope.recognition = ScoreRecognition(scope.confusion, options.average);
  scope.strs = SpotThenRecognizeScore(scope.spotting.F1(), scope.recognition.f1);
  ScoreTiming(videos, options, scope);
  const bool is_large = kind == ScopeKind::kDataset || kind == ScopeKind::kOverall;
  if (is_large && options.bootstrap_samples > 0 && !videos.empty()) {
    std::vector<const VideoCounts*> counts;
    for (const Video* video : videos) counts.push_back(&video->counts);
    scope.confidence = Bootstrap(counts, options.classes.size(), options.average,
                                 options.bootstrap_samples, options.seed);
  }
  return scope;
}

// Consecutive videos with one key each make a scope; `key_of` keeps what the scope is of.
void ScoreRuns(ScopeKind kind, const std::vector<const Video*>& videos,
               const std::function<VideoKey(const VideoKey&)>& key_of,
               const EvaluateOptions& options, std::vector<ScopeScore>& scopes) {
  for (std::size_t begin = 0; begin < videos.size();) {
    const VideoKey key = key_of(videos[begin]->key);
    std::size_t end = begin + 1;
    while (end < videos.size() && key_of(videos[end]->key) == key) ++end;
    scopes.push_back(ScoreScope(kind, key, std::span(videos).subspan(begin, end - begin), options));
    begin = end;
  }
}

// A join that finds nothing gives a plausible score of zero: say so.
void NoteEmptyJoins(const std::vector<const Video*>& videos, const std::vector<ScopeScore>& scopes,
                    std::vector<std::string>& notes) {
  for (const ScopeScore& scope : scopes) {
    if (scope.kind != ScopeKind::kDataset) continue;
    const std::string& dataset = scope.key.dataset;
    if (scope.predictions == 0 && scope.labels > 0) {
      notes.push_back("data set '" + dataset + "' has no prediction: all its " +
                      Counted(scope.labels, "label") + " count as missed");
    }
    const Video* predicted = nullptr;
    const Video* labelled = nullptr;
    bool is_joined = false;
    for (const Video* video : videos) {
      if (video->key.dataset != dataset) continue;
      is_joined |= !video->predictions.empty() && !video->labels.empty();
      if (!video->predictions.empty()) predicted = video;
      if (!video->labels.empty()) labelled = video;
    }
    if (is_joined || predicted == nullptr || labelled == nullptr) continue;
    notes.push_back("data set '" + dataset + "': no video has both a label and a prediction; are " +
                    "the names the same? A prediction is of subject '" + predicted->key.subject +
                    "', video '" + predicted->key.video + "', a label of subject '" +
                    labelled->key.subject + "', video '" + labelled->key.video + "'");
  }
}

}  // namespace

void EvaluateOptions::Check() const {
  RequireInRange("iou", iou, Limits::OpenLow(0, 1));
  if (classes.empty()) {
    throw Error(ErrorKind::kConfig, "classes is empty; it must name at least one emotion");
  }
  if (std::set<std::string>(classes.begin(), classes.end()).size() != classes.size()) {
    throw Error(ErrorKind::kConfig, "classes names an emotion twice");
  }
  for (const auto& [dataset, rate] : fps) {
    RequireInRange("fps of data set '" + dataset + "'", rate, FrameRateLimits());
  }
  RequireInRange("bootstrap_samples", bootstrap_samples, Limits::AtLeast(0));
}

std::string EmotionProblem(const Label& label, const EvaluateOptions& options) {
  if (!IsScored(label, options) || IsUnnamed(label)) return {};
  return ClassNames(options.classes).Problem(label.emotion);
}

std::string EmotionProblem(const Prediction& prediction, const EvaluateOptions& options) {
  if (!IsChosen(prediction.video.dataset, options)) return {};
  return ClassNames(options.classes).Problem(prediction.emotion);
}

double ScopeScore::MeanAveragePrecision() const {
  const auto& values = average_precision.value();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

const ScopeScore& Evaluation::Overall() const {
  return *std::find_if(scopes.begin(), scopes.end(),
                       [](const ScopeScore& scope) { return scope.kind == ScopeKind::kOverall; });
}

Evaluation Evaluate(std::span<const Prediction> predictions, std::span<const Label> labels,
                    const EvaluateOptions& options) {
  options.Check();
  Gatherer gatherer(options);
  gatherer.AddLabels(labels);
  gatherer.AddPredictions(predictions);
  std::vector<const Video*> videos;
  for (Video* video : gatherer.Videos()) {
    ScoreVideo(*video, options);
    videos.push_back(video);
  }

  Evaluation evaluation;
  evaluation.options = options;
  std::vector<ScopeScore>& scopes = evaluation.scopes;
  const auto dataset_of = [](const VideoKey& key) { return VideoKey{key.dataset, "", ""}; };
  const auto subject_of = [](const VideoKey& key) {
    return VideoKey{key.dataset, key.subject, ""};
  };
  ScoreRuns(ScopeKind::kDataset, videos, dataset_of, options, scopes);
  scopes.push_back(ScoreScope(ScopeKind::kOverall, {}, videos, options));
  if (options.by_subject) ScoreRuns(ScopeKind::kSubject, videos, subject_of, options, scopes);
  if (options.by_video) {
    ScoreRuns(ScopeKind::kVideo, videos, std::identity(), options, scopes);
  }
  evaluation.notes = std::move(gatherer.notes());
  NoteEmptyJoins(videos, scopes, evaluation.notes);
  return evaluation;
}

}  // namespace mestr
