// Scores predictions against labels by the protocol of the MEGC2025 challenge (ME-STR). Start here.
// docs/evaluation.md says every convention.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/evaluate/scores.h"
#include "mestr/submission/records.h"

namespace mestr {

struct EvaluateOptions {
  double iou = 0.5;  // of a hit, in (0, 1]
  std::vector<std::string> classes = {kLeaderboardEmotions.begin(), kLeaderboardEmotions.end()};
  ClassAverage average = ClassAverage::kClassesMet;
  bool include_macro = false;         // score macro-expressions too
  std::vector<std::string> datasets;  // only these; empty: all
  std::map<std::string, double> fps;  // by data set, for errors in ms
  bool by_subject = false;
  bool by_video = false;
  int bootstrap_samples = 0;  // 0: no confidence intervals
  std::uint64_t seed = 0;     // of the bootstrap

  // Throws Error{kConfig} naming the field, its value and its limit.
  void Check() const;
};

// Predicted minus true, over the hits that have both.
struct TimingError {
  std::int64_t hits = 0;
  double mean_frames = 0;  // the bias
  double mean_abs_frames = 0;
  std::optional<double> mean_ms;  // where the fps of every hit's data set is known
  std::optional<double> mean_abs_ms;
};

// The numbers that get a confidence interval, in this order.
inline constexpr std::array<std::string_view, 7> kHeadlines = {
    "spotting_precision", "spotting_recall", "spotting_f1", "recognition_f1", "uf1", "uar", "strs"};
using Headline = std::array<double, kHeadlines.size()>;

struct ConfidenceInterval {
  Headline low = {};   // 2.5 %
  Headline high = {};  // 97.5 %
};

enum class ScopeKind { kDataset, kOverall, kSubject, kVideo };

// IoU thresholds of the average precision: 0.50, 0.55, ..., 0.95.
inline constexpr std::size_t kApThresholds = 10;
constexpr double ApThreshold(std::size_t i) {
  return (50.0 + 5.0 * static_cast<double>(i)) / 100.0;
}

// The score of some videos together.
struct ScopeScore {
  ScopeKind kind = ScopeKind::kOverall;
  VideoKey key;  // what of it the scope has: data set; data set and subject; all three; nothing
  std::int64_t videos = 0;  // in the labels or the predictions
  std::int64_t labels = 0;
  std::int64_t predictions = 0;
  SpottingCounts spotting;
  std::optional<double> mean_iou;  // of the hits; empty without any
  // Of spotting alone, at ApThreshold(i); empty without labels, or where a prediction has no score.
  std::optional<std::array<double, kApThresholds>> average_precision;
  ConfusionMatrix confusion;
  std::int64_t hits_left_out = 0;  // hits whose label has none of the classes: not in the confusion
  RecognitionScore recognition;
  double strs = 0;
  TimingError onset;
  TimingError apex;  // a prediction without apex: the middle of its interval, rounded down
  TimingError offset;
  std::optional<ConfidenceInterval> confidence;  // data sets and overall

  double MeanAveragePrecision() const;  // over the thresholds; average_precision must be there
};

struct Evaluation {
  EvaluateOptions options;
  // Data sets by name, overall, then subjects and videos where asked for, in natural order.
  std::vector<ScopeScore> scopes;
  // What a reader of the numbers must know: labels ignored, data sets without predictions, ...
  std::vector<std::string> notes;

  const ScopeScore& Overall() const;
};

// What Evaluate would say of the emotion of a row that counts; empty where it has nothing to say.
// For ReadLabels and ReadPredictions, which know the row's file, line and column.
std::string EmotionProblem(const Label& label, const EvaluateOptions& options);
std::string EmotionProblem(const Prediction& prediction, const EvaluateOptions& options);

// Videos are joined by data set, subject (as ComparableSubject) and name; one without predictions
// or without labels counts. Throws Error{kConfig} for bad options and Error{kInput} for an emotion
// that is neither a class nor `others`, and for predictions of a data set without any label.
// Deterministic: the same input and seed give the same numbers on any machine. Thread-safe.
Evaluation Evaluate(std::span<const Prediction> predictions, std::span<const Label> labels,
                    const EvaluateOptions& options);

}  // namespace mestr
