// BLEU (formula 2 of the MEGC2025 paper; Papineni et al. 2002) and ROUGE-1 (formula 3; Lin 2004) of
// answers with one reference each. 0/0 is 0.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vqa/words.h"

namespace mestr::internal {

inline constexpr std::size_t kBleuOrder = 4;

// What BLEU counts of one answer or of several together; [n - 1] is of runs of n words.
struct BleuCounts {
  std::array<std::int64_t, kBleuOrder> common = {};  // runs of the answer that the reference has
  std::array<std::int64_t, kBleuOrder> runs = {};    // of the answer
  std::int64_t answer_words = 0;
  std::int64_t reference_words = 0;

  BleuCounts& operator+=(const BleuCounts& other);
};

BleuCounts CountBleu(const Words& answer, const Words& reference);

enum class BleuSmoothing {
  kNone,         // 0 where one precision is 0
  kNltkMethod1,  // nltk's: 0.1 in place of no common run, unless no word is common
  kExponential,  // sacrebleu's default: 1/2, 1/4, ... in place of no common run
};

// With N = `order` at most kBleuOrder, and w_n = 1/N. Zero for an empty answer.
double Bleu(const BleuCounts& counts, std::size_t order, BleuSmoothing smoothing);

// ROUGE-1 of one answer, or of counts over several. Words that both have count as often as the one
// with fewer has them.
struct RougeCounts {
  std::int64_t common = 0;
  std::int64_t answer_words = 0;
  std::int64_t reference_words = 0;

  double Recall() const;  // formula 3
  double F1() const;
  RougeCounts& operator+=(const RougeCounts& other);
};

RougeCounts CountRouge1(const Words& answer, const Words& reference);

struct AnswerText {
  std::string_view answer;
  std::string_view reference;
};

struct NamedScore {
  std::string_view name;
  std::string_view what;  // how it is computed, for a reader
  double value = 0;
};

// Every variant by its name. The first two are the default: formulas 2 and 3 over all answers at
// once.
std::vector<NamedScore> TextScores(std::span<const AnswerText> answers);

}  // namespace mestr::internal
