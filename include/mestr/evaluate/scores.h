// The arithmetic of the MEGC protocol: from counts to the numbers a leaderboard shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mestr {

// 0/0 is 0 everywhere here.
double F1OfPrecisionAndRecall(double precision, double recall);

struct SpottingCounts {
  std::int64_t tp = 0;
  std::int64_t fp = 0;
  std::int64_t fn = 0;

  double Precision() const;  // TP / (TP + FP)
  double Recall() const;     // TP / (TP + FN)
  double F1() const;         // 2 P R / (P + R)
  SpottingCounts& operator+=(const SpottingCounts& other);
  friend bool operator==(const SpottingCounts&, const SpottingCounts&) = default;
};

// Which classes a mean over classes is taken over.
enum class ClassAverage {
  kClassesMet,  // those that occur in the truth or the prediction of a hit: the protocol
  kAllClasses,  // all of them, with 0 for a class met nowhere
};

// Hits (true positives of spotting) by class: row truth, column prediction.
class ConfusionMatrix {
 public:
  ConfusionMatrix() = default;
  explicit ConfusionMatrix(std::size_t classes) : classes_(classes), counts_(classes * classes) {}

  std::size_t classes() const { return classes_; }
  std::int64_t At(std::size_t truth, std::size_t predicted) const {
    return counts_[truth * classes_ + predicted];
  }
  void Add(std::size_t truth, std::size_t predicted) { ++counts_[truth * classes_ + predicted]; }
  std::int64_t Total() const;
  ConfusionMatrix& operator+=(const ConfusionMatrix& other);  // of as many classes
  friend bool operator==(const ConfusionMatrix&, const ConfusionMatrix&) = default;

 private:
  std::size_t classes_ = 0;
  std::vector<std::int64_t> counts_;
};

struct ClassScore {
  std::int64_t tp = 0;
  std::int64_t fp = 0;
  std::int64_t fn = 0;
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  bool is_met = false;  // in the truth or the prediction of a hit
};

struct RecognitionScore {
  std::vector<ClassScore> classes;
  double precision = 0;  // mean of the class precisions
  double uar = 0;        // mean of the class recalls
  double uf1 = 0;        // mean of the class F1
  double f1 =
      0;  // 2 P R / (P + R) of the mean precision and the mean recall ("F1 of the analysis")
};

RecognitionScore ScoreRecognition(const ConfusionMatrix& confusion, ClassAverage average);

// STRS = F1(spotting) x F1(analysis) (Liong, See, Chan 2023).
inline double SpotThenRecognizeScore(double spotting_f1, double analysis_f1) {
  return spotting_f1 * analysis_f1;
}

// Area under the precision-recall curve whose precision at a recall is the best at that recall or
// beyond. `is_hit`: predictions from the highest score down. Empty without labels.
std::optional<double> AveragePrecision(const std::vector<bool>& is_hit, std::int64_t labels);

}  // namespace mestr
