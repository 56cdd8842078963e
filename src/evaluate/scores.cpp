#include "mestr/evaluate/scores.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>

#include "mestr/core/error.h"

namespace mestr {
namespace {

double Ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

ClassScore ScoreClass(const ConfusionMatrix& confusion, std::size_t c) {
  ClassScore score;
  score.tp = confusion.At(c, c);
  for (std::size_t other = 0; other < confusion.classes(); ++other) {
    if (other == c) continue;
    score.fp += confusion.At(other, c);
    score.fn += confusion.At(c, other);
  }
  score.precision = Ratio(score.tp, score.tp + score.fp);
  score.recall = Ratio(score.tp, score.tp + score.fn);
  score.f1 = Ratio(2 * score.tp, 2 * score.tp + score.fp + score.fn);
  score.is_met = score.tp + score.fp + score.fn > 0;
  return score;
}

}  // namespace

double F1OfPrecisionAndRecall(double precision, double recall) {
  return precision + recall == 0 ? 0.0 : 2 * precision * recall / (precision + recall);
}

double SpottingCounts::Precision() const { return Ratio(tp, tp + fp); }
double SpottingCounts::Recall() const { return Ratio(tp, tp + fn); }
double SpottingCounts::F1() const { return F1OfPrecisionAndRecall(Precision(), Recall()); }

SpottingCounts& SpottingCounts::operator+=(const SpottingCounts& other) {
  tp += other.tp;
  fp += other.fp;
  fn += other.fn;
  return *this;
}

std::int64_t ConfusionMatrix::Total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

ConfusionMatrix& ConfusionMatrix::operator+=(const ConfusionMatrix& other) {
  if (classes_ != other.classes_) {
    throw Error(ErrorKind::kInvalidArgument, "ConfusionMatrix: numbers of classes differ");
  }
  std::transform(counts_.begin(), counts_.end(), other.counts_.begin(), counts_.begin(),
                 std::plus<>());
  return *this;
}

RecognitionScore ScoreRecognition(const ConfusionMatrix& confusion, ClassAverage average) {
  RecognitionScore score;
  std::size_t averaged = 0;
  for (std::size_t c = 0; c < confusion.classes(); ++c) {
    score.classes.push_back(ScoreClass(confusion, c));
    const ClassScore& of_class = score.classes.back();
    if (!of_class.is_met && average == ClassAverage::kClassesMet) continue;
    ++averaged;
    score.precision += of_class.precision;
    score.uar += of_class.recall;
    score.uf1 += of_class.f1;
  }
  if (averaged == 0) return score;
  score.precision /= static_cast<double>(averaged);
  score.uar /= static_cast<double>(averaged);
  score.uf1 /= static_cast<double>(averaged);
  score.f1 = F1OfPrecisionAndRecall(score.precision, score.uar);
  return score;
}

std::optional<double> AveragePrecision(const std::vector<bool>& is_hit, std::int64_t labels) {
  if (labels == 0) return std::nullopt;
  std::vector<double> precision_of_hit;
  for (std::size_t i = 0; i < is_hit.size(); ++i) {
    if (!is_hit[i]) continue;
    precision_of_hit.push_back(static_cast<double>(precision_of_hit.size() + 1) /
                               static_cast<double>(i + 1));
  }
  double best = 0;
  double sum = 0;
  for (auto hit = precision_of_hit.rbegin(); hit != precision_of_hit.rend(); ++hit) {
    best = std::max(best, *hit);
    sum += best;
  }
  return sum / static_cast<double>(labels);
}

}  // namespace mestr
