#include "vqa/text_scores.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "mestr/evaluate/scores.h"

namespace mestr::internal {
namespace {

double Ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

std::map<Words, std::int64_t> RunsOf(const Words& words, std::size_t n) {
  std::map<Words, std::int64_t> runs;
  const auto length = static_cast<std::ptrdiff_t>(n);
  for (auto begin = words.begin(); words.end() - begin >= length; ++begin) {
    ++runs[Words(begin, begin + length)];
  }
  return runs;
}

std::int64_t CommonRuns(const Words& a, const Words& b, std::size_t n) {
  const std::map<Words, std::int64_t> runs_of_b = RunsOf(b, n);
  std::int64_t common = 0;
  for (const auto& [run, count] : RunsOf(a, n)) {
    const auto found = runs_of_b.find(run);
    if (found != runs_of_b.end()) common += std::min(count, found->second);
  }
  return common;
}

std::int64_t Count(const Words& words) { return std::ssize(words); }

// p_n; nltk takes one run at least.
double Precision(const BleuCounts& counts, std::size_t n, BleuSmoothing smoothing,
                 double& exponential) {
  constexpr double kNltkEpsilon = 0.1;
  const auto common = static_cast<double>(counts.common[n]);
  const auto runs = static_cast<double>(counts.runs[n]);
  if (common > 0 || smoothing == BleuSmoothing::kNone) return Ratio(common, runs);
  if (smoothing == BleuSmoothing::kNltkMethod1) return kNltkEpsilon / std::max(runs, 1.0);
  exponential *= 2;
  return Ratio(1, exponential * runs);
}

// nltk's corpus_bleu counts a run in an answer that is too short to have one.
BleuCounts AsNltkCounts(BleuCounts counts) {
  for (std::int64_t& runs : counts.runs) runs = std::max<std::int64_t>(runs, 1);
  return counts;
}

// The sums and means of all answers, cut into words in one way.
struct BleuSums {
  BleuCounts pooled;
  BleuCounts pooled_as_nltk;
  double sum = 0;
  double sum_method1 = 0;
};

BleuSums SumsOf(std::span<const AnswerText> answers, Words (*cut)(std::string_view)) {
  BleuSums sums;
  for (const AnswerText& text : answers) {
    const BleuCounts counts = CountBleu(cut(text.answer), cut(text.reference));
    sums.pooled += counts;
    sums.pooled_as_nltk += AsNltkCounts(counts);
    sums.sum += Bleu(counts, kBleuOrder, BleuSmoothing::kNone);
    sums.sum_method1 += Bleu(counts, kBleuOrder, BleuSmoothing::kNltkMethod1);
  }
  return sums;
}

struct RougeSums {
  RougeCounts pooled;
  double recalls = 0;
  double f1s = 0;
};

RougeSums RougeSumsOf(std::span<const AnswerText> answers) {
  RougeSums sums;
  for (const AnswerText& text : answers) {
    const RougeCounts counts = CountRouge1(WordsOf(text.answer), WordsOf(text.reference));
    sums.pooled += counts;
    sums.recalls += counts.Recall();
    sums.f1s += counts.F1();
  }
  return sums;
}

}  // namespace

BleuCounts& BleuCounts::operator+=(const BleuCounts& other) {
  for (std::size_t n = 0; n < kBleuOrder; ++n) {
    common[n] += other.common[n];
    runs[n] += other.runs[n];
  }
  answer_words += other.answer_words;
  reference_words += other.reference_words;
  return *this;
}

BleuCounts CountBleu(const Words& answer, const Words& reference) {
  BleuCounts counts;
  counts.answer_words = Count(answer);
  counts.reference_words = Count(reference);
  for (std::size_t n = 1; n <= kBleuOrder; ++n) {
    counts.common[n - 1] = CommonRuns(answer, reference, n);
    counts.runs[n - 1] =
        std::max<std::int64_t>(Count(answer) - static_cast<std::int64_t>(n) + 1, 0);
  }
  return counts;
}

double Bleu(const BleuCounts& counts, std::size_t order, BleuSmoothing smoothing) {
  if (counts.answer_words == 0 || counts.common[0] == 0) return 0;
  double exponential = 1;
  double log_sum = 0;
  for (std::size_t n = 0; n < order; ++n) {
    const double precision = Precision(counts, n, smoothing, exponential);
    if (precision == 0) return 0;
    log_sum += std::log(precision);
  }
  const double brevity =
      1 - static_cast<double>(counts.reference_words) / static_cast<double>(counts.answer_words);
  return std::exp(std::min(brevity, 0.0) + log_sum / static_cast<double>(order));
}

double RougeCounts::Recall() const {
  return Ratio(static_cast<double>(common), static_cast<double>(reference_words));
}

double RougeCounts::F1() const {
  return F1OfPrecisionAndRecall(
      Ratio(static_cast<double>(common), static_cast<double>(answer_words)), Recall());
}

RougeCounts& RougeCounts::operator+=(const RougeCounts& other) {
  common += other.common;
  answer_words += other.answer_words;
  reference_words += other.reference_words;
  return *this;
}

RougeCounts CountRouge1(const Words& answer, const Words& reference) {
  return {CommonRuns(answer, reference, 1), Count(answer), Count(reference)};
}

std::vector<NamedScore> TextScores(std::span<const AnswerText> answers) {
  using enum BleuSmoothing;
  const BleuSums words = SumsOf(answers, WordsOf);
  const BleuSums blanks = SumsOf(answers, BlankSeparatedWords);
  const BleuSums mteval = SumsOf(answers, Mteval13aWords);
  const RougeSums rouge = RougeSumsOf(answers);
  const auto mean = [&](double sum) { return Ratio(sum, static_cast<double>(answers.size())); };
  return {
      {"bleu4_corpus", "formula 2, all answers at once", Bleu(words.pooled, kBleuOrder, kNone)},
      {"rouge1_recall_corpus", "formula 3, all answers at once", rouge.pooled.Recall()},
      {"rouge1_recall", "formula 3, mean of the answers", mean(rouge.recalls)},
      {"rouge1_fmeasure", "F1 in place of the recall, mean of the answers", mean(rouge.f1s)},
      {"bleu1_corpus", "formula 2 with N = 1, all answers at once", Bleu(words.pooled, 1, kNone)},
      {"bleu4_corpus_nltk", "nltk's corpus_bleu, which counts short answers' missing runs",
       Bleu(words.pooled_as_nltk, kBleuOrder, kNone)},
      {"bleu4_mean_of_sentences", "formula 2, mean of the answers", mean(words.sum)},
      {"bleu4_mean_nltk_method1", "nltk's smoothing method 1, mean of the answers",
       mean(words.sum_method1)},
      {"bleu4_mean_nltk_method1_blanks", "the same with words between blanks, as they are",
       mean(blanks.sum_method1)},
      {"bleu4_corpus_13a_unsmoothed", "formula 2 with sacrebleu's words (13a)",
       Bleu(mteval.pooled, kBleuOrder, kNone)},
      {"bleu_sacrebleu_default", "sacrebleu as it comes: 13a, exponential smoothing",
       Bleu(mteval.pooled, kBleuOrder, kExponential)},
  };
}

}  // namespace mestr::internal
