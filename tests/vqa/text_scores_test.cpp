#include "vqa/text_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace mestr::internal {
namespace {

double BleuOf(const char* answer, const char* reference, std::size_t order = 4,
              BleuSmoothing smoothing = BleuSmoothing::kNone) {
  return Bleu(CountBleu(WordsOf(answer), WordsOf(reference)), order, smoothing);
}

double ValueOf(const std::vector<NamedScore>& scores, std::string_view name) {
  for (const NamedScore& score : scores) {
    if (score.name == name) return score.value;
  }
  ADD_FAILURE() << name;
  return -1;
}

TEST(Bleu, IsOneForTheReferenceAndZeroForAnythingShorterThanItsOrder) {
  EXPECT_DOUBLE_EQ(BleuOf("a b c d", "a b c d"), 1);
  EXPECT_EQ(BleuOf("a b c", "a b c"), 0);
  EXPECT_DOUBLE_EQ(BleuOf("a b c", "a b c", 3), 1);
  EXPECT_EQ(BleuOf("", "a"), 0);
  EXPECT_EQ(BleuOf("a", ""), 0);
}

TEST(Bleu, CountsAWordNoMoreOftenThanTheReferenceHasIt) {
  EXPECT_DOUBLE_EQ(BleuOf("a a a a", "a b", 1), 0.25);
}

TEST(Bleu, TakesShortAnswersDown) { EXPECT_DOUBLE_EQ(BleuOf("a", "a b c", 1), std::exp(-2)); }

TEST(Bleu, SmoothsAsNltkAndSacrebleuDo) {
  EXPECT_NEAR(BleuOf("a", "a", 4, BleuSmoothing::kNltkMethod1), std::pow(0.1, 0.75), 1e-12);
  EXPECT_EQ(BleuOf("a", "b", 4, BleuSmoothing::kNltkMethod1), 0);
  // Runs of 2, 3 and 4 words: 1/2, 1/4 and 1/8 of one of 3, 2 and 1.
  EXPECT_NEAR(BleuOf("a x b y", "b z a w", 4, BleuSmoothing::kExponential),
              std::pow(0.5 / 6 / 8 / 8, 0.25), 1e-12);
}

TEST(Rouge1, IsTheShareOfTheReferencesWords) {
  const RougeCounts counts = CountRouge1(WordsOf("a a b x"), WordsOf("a b c d"));
  EXPECT_DOUBLE_EQ(counts.Recall(), 0.5);
  EXPECT_DOUBLE_EQ(counts.F1(), 0.5);
  EXPECT_EQ(CountRouge1({}, {}).Recall(), 0);
}

TEST(TextScores, PoolWhatTheMeansTakeOneByOne) {
  const AnswerText answers[] = {{"a b c d", "a b c d"}, {"x", "e f g h"}};
  const std::vector<NamedScore> scores = TextScores(answers);
  EXPECT_EQ(scores.front().name, "bleu4_corpus");
  EXPECT_NEAR(ValueOf(scores, "bleu4_corpus"), std::exp(1 - 8.0 / 5) * std::pow(0.8, 0.25), 1e-12);
  EXPECT_DOUBLE_EQ(ValueOf(scores, "bleu4_mean_of_sentences"), 0.5);
  EXPECT_DOUBLE_EQ(ValueOf(scores, "rouge1_recall_corpus"), 0.5);
  EXPECT_DOUBLE_EQ(ValueOf(scores, "rouge1_recall"), 0.5);
  // nltk counts a run of 2, 3 and 4 words in "x".
  EXPECT_NEAR(ValueOf(scores, "bleu4_corpus_nltk"),
              std::exp(1 - 8.0 / 5) * std::pow(4.0 / 5 * 3 / 4 * 2 / 3 * 1 / 2, 0.25), 1e-12);
}

TEST(TextScores, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const NamedScore& score : TextScores({})) {
    EXPECT_TRUE(names.insert(score.name).second) << score.name;
    EXPECT_EQ(score.value, 0) << score.name;
  }
  EXPECT_EQ(names.size(), 11u);
}

}  // namespace
}  // namespace mestr::internal
