#include "mestr/evaluate/scores.h"

#include "evaluate/published.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;

// rows: truth, columns: prediction.
ConfusionMatrix Confusion(const std::vector<std::vector<int>>& counts) {
  ConfusionMatrix confusion(counts.size());
  for (std::size_t truth = 0; truth < counts.size(); ++truth) {
    for (std::size_t predicted = 0; predicted < counts.size(); ++predicted) {
      for (int i = 0; i < counts[truth][predicted]; ++i) confusion.Add(truth, predicted);
    }
  }
  return confusion;
}

TEST(SpottingCounts, GivePrecisionRecallAndF1) {
  const SpottingCounts counts = {3, 1, 2};
  EXPECT_DOUBLE_EQ(counts.Precision(), 0.75);
  EXPECT_DOUBLE_EQ(counts.Recall(), 0.6);
  EXPECT_DOUBLE_EQ(counts.F1(), 2 * 0.75 * 0.6 / 1.35);
}

TEST(SpottingCounts, NothingOverNothingIsZero) {
  EXPECT_EQ(SpottingCounts().Precision(), 0);
  EXPECT_EQ(SpottingCounts().Recall(), 0);
  EXPECT_EQ(SpottingCounts().F1(), 0);
  EXPECT_EQ((SpottingCounts{0, 4, 3}.F1()), 0);
}

TEST(ScoreRecognition, CountsEachClassAgainstTheOthers) {
  const RecognitionScore score =
      ScoreRecognition(Confusion({{3, 1, 0}, {0, 2, 2}, {1, 0, 1}}), ClassAverage::kClassesMet);
  EXPECT_EQ(score.classes[0].tp, 3);
  EXPECT_EQ(score.classes[0].fp, 1);
  EXPECT_EQ(score.classes[0].fn, 1);
  EXPECT_DOUBLE_EQ(score.classes[1].precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(score.classes[1].recall, 0.5);
  EXPECT_DOUBLE_EQ(score.classes[1].f1, 4.0 / 7);
  EXPECT_DOUBLE_EQ(score.classes[2].precision, 1.0 / 3);
  EXPECT_DOUBLE_EQ(score.precision, (0.75 + 2.0 / 3 + 1.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(score.uar, (0.75 + 0.5 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(score.uf1, (0.75 + 4.0 / 7 + 0.4) / 3);
}

TEST(ScoreRecognition, F1IsOfTheMeanPrecisionAndTheMeanRecallNotTheMeanF1) {
  const RecognitionScore score =
      ScoreRecognition(Confusion({{1, 0}, {1, 0}}), ClassAverage::kClassesMet);
  EXPECT_DOUBLE_EQ(score.precision, 0.25);
  EXPECT_DOUBLE_EQ(score.uar, 0.5);
  EXPECT_DOUBLE_EQ(score.f1, 2 * 0.25 * 0.5 / 0.75);
  EXPECT_DOUBLE_EQ(score.uf1, (2.0 / 3 + 0) / 2);
}

TEST(ScoreRecognition, LeavesOutClassesMetNowhere) {
  const RecognitionScore score =
      ScoreRecognition(Confusion({{2, 0, 0}, {0, 1, 0}, {0, 0, 0}}), ClassAverage::kClassesMet);
  EXPECT_FALSE(score.classes[2].is_met);
  EXPECT_DOUBLE_EQ(score.uf1, 1);
  EXPECT_DOUBLE_EQ(score.uar, 1);
  EXPECT_DOUBLE_EQ(score.f1, 1);
}

TEST(ScoreRecognition, CountsAClassThatIsOnlyPredictedWithZeroRecall) {
  const RecognitionScore score =
      ScoreRecognition(Confusion({{1, 0, 1}, {0, 0, 0}, {0, 0, 0}}), ClassAverage::kClassesMet);
  EXPECT_TRUE(score.classes[2].is_met);
  EXPECT_DOUBLE_EQ(score.uar, (0.5 + 0) / 2);
  EXPECT_DOUBLE_EQ(score.precision, (1.0 + 0) / 2);
}

TEST(ScoreRecognition, AveragesOverAllClassesOnRequest) {
  const RecognitionScore score =
      ScoreRecognition(Confusion({{2, 0, 0}, {0, 1, 0}, {0, 0, 0}}), ClassAverage::kAllClasses);
  EXPECT_DOUBLE_EQ(score.uf1, 2.0 / 3);
  EXPECT_DOUBLE_EQ(score.uar, 2.0 / 3);
  EXPECT_DOUBLE_EQ(score.f1, 2.0 / 3);
}

TEST(ScoreRecognition, IsZeroWithoutAnyHit) {
  for (const auto average : {ClassAverage::kClassesMet, ClassAverage::kAllClasses}) {
    const RecognitionScore score = ScoreRecognition(ConfusionMatrix(3), average);
    EXPECT_EQ(score.uf1, 0);
    EXPECT_EQ(score.uar, 0);
    EXPECT_EQ(score.f1, 0);
  }
}

TEST(ConfusionMatrix, AddsOnlyOneOfItsOwnSize) {
  ConfusionMatrix sum = Confusion({{1, 2}, {3, 4}});
  sum += Confusion({{1, 0}, {0, 1}});
  EXPECT_EQ(sum, Confusion({{2, 2}, {3, 5}}));
  EXPECT_EQ(sum.Total(), 12);
  EXPECT_FALSE(
      ErrorMessage(ErrorKind::kInvalidArgument, [&] { sum += ConfusionMatrix(3); }).empty());
}

TEST(AveragePrecision, IsTheAreaUnderTheBestPrecisionAtEachRecall) {
  // Precisions at the hits: 1/1, 2/3, 3/4; the second rises to the third's 3/4. Four labels.
  EXPECT_DOUBLE_EQ(*AveragePrecision({true, false, true, true}, 4), (1 + 0.75 + 0.75) / 4);
}

TEST(AveragePrecision, IsOneForAPerfectRankingAndZeroWithoutHits) {
  EXPECT_DOUBLE_EQ(*AveragePrecision({true, true, false}, 2), 1);
  EXPECT_DOUBLE_EQ(*AveragePrecision({false, false}, 2), 0);
  EXPECT_DOUBLE_EQ(*AveragePrecision({}, 2), 0);
}

TEST(AveragePrecision, DoesNotExistWithoutLabels) {
  EXPECT_EQ(AveragePrecision({false}, 0), std::nullopt);
}

// Every row of which counts are published must follow from them, to the digits printed.
TEST(PublishedResults, ObeyTheArithmeticOfTheProtocol) {
  constexpr double kHalfOfTheLastDigit = 0.00005;
  int checked = 0;
  for (const PublishedResult& result : Megc2025Results()) {
    if (!result.score.spotting) continue;
    SCOPED_TRACE(result.method + " " + result.dataset);
    const SpottingCounts& counts = *result.score.spotting;
    EXPECT_NEAR(counts.Precision(), *result.score.spotting_precision, kHalfOfTheLastDigit);
    EXPECT_NEAR(counts.Recall(), *result.score.spotting_recall, kHalfOfTheLastDigit);
    EXPECT_NEAR(counts.F1(), *result.score.spotting_f1, kHalfOfTheLastDigit);
    EXPECT_NEAR(SpotThenRecognizeScore(counts.F1(), *result.score.recognition_f1),
                *result.score.strs, kHalfOfTheLastDigit);
    ++checked;
  }
  EXPECT_EQ(checked, 2);
}

}  // namespace
}  // namespace mestr::internal
