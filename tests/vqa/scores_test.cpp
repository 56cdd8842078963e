#include "vqa/scores.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

constexpr char kCoarse[] = "What is the coarse expression class?";
constexpr char kCount[] = "How many expression events appear in this video?";
constexpr char kUnits[] = "What distinct action units appear in this video?";
constexpr char kType[] = "What is the expression type of the 1-th expression event in this video?";

Question Row(const std::string& video_id, const char* question, const std::string& answer) {
  return {.video_id = video_id, .video = "v", .question = question, .answer = answer};
}

std::string ErrorOf(const std::vector<Question>& answers, const std::vector<Question>& references) {
  try {
    ScoreAnswers(answers, references);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInput);
    return error.what();
  }
  return "";
}

TEST(VqaScores, AreOfEachDataSetAndOverall) {
  const VqaEvaluation evaluation = ScoreAnswers(
      std::vector{Row("samm_test_a_1", kCoarse, "negative"), Row("cas_test_b_1", kCoarse, "x")},
      std::vector{Row("cas_test_b_1", kCoarse, "positive"),
                  Row("samm_test_a_1", kCoarse, "negative")});
  ASSERT_EQ(evaluation.scopes.size(), 3u);
  EXPECT_EQ(evaluation.scopes[0].dataset, "cas");
  EXPECT_EQ(evaluation.scopes[0].classes.at(0).strict.right, 0);
  EXPECT_EQ(evaluation.scopes[1].dataset, "samm");
  EXPECT_EQ(evaluation.scopes[1].classes.at(0).strict.truth_classes.uf1, 1);
  EXPECT_TRUE(evaluation.scopes[2].is_overall);
  EXPECT_EQ(evaluation.scopes[2].clip_answers, 2);
  EXPECT_TRUE(evaluation.notes.empty());
}

TEST(VqaScores, ClassesOfTheTruthAreAMeanOfTheirOwn) {
  const VqaEvaluation evaluation =
      ScoreAnswers(std::vector{Row("a", kCoarse, "positive"), Row("b", kCoarse, "happy")},
                   std::vector{Row("a", kCoarse, "positive"), Row("b", kCoarse, "positive")});
  const ClassScores& scores = evaluation.scopes.back().classes.at(0).strict;
  EXPECT_DOUBLE_EQ(scores.truth_classes.uf1, 2.0 / 3);
  EXPECT_DOUBLE_EQ(scores.classes_met.uf1, 1.0 / 3);
  EXPECT_DOUBLE_EQ(scores.all_classes.uf1, 2.0 / 9);
  EXPECT_DOUBLE_EQ(scores.truth_classes.uar, 0.5);
}

TEST(VqaScores, AMissingAnswerIsAnEmptyOne) {
  const VqaEvaluation evaluation =
      ScoreAnswers(std::vector{Row("a", kCoarse, " ")},
                   std::vector{Row("a", kCoarse, "positive"), Row("b", kCoarse, "negative")});
  EXPECT_EQ(evaluation.scopes.back().clip_answers, 2);
  EXPECT_EQ(evaluation.notes, (std::vector<std::string>{"1 question without a row: empty answers",
                                                        "1 empty answer"}));
}

TEST(VqaScores, CountsSetsAndTypesOfLongVideos) {
  const VqaEvaluation evaluation = ScoreAnswers(
      std::vector{Row("a", kCount, "7"), Row("b", kCount, "1"), Row("c", kCount, "none"),
                  Row("d", kUnits, "dimpler, jaw drop"), Row("e", kType, "micro")},
      std::vector{Row("a", kCount, "4"), Row("b", kCount, "2"), Row("c", kCount, "2"),
                  Row("d", kUnits, "dimpler"), Row("e", kType, "micro-expression")});
  const VqaScope& scope = evaluation.scopes.back();
  EXPECT_EQ(scope.clip_answers, 0);
  EXPECT_EQ(scope.video_answers, 5);
  EXPECT_EQ(scope.events.without_number, 1);
  EXPECT_DOUBLE_EQ(scope.events.mae, 2);
  EXPECT_DOUBLE_EQ(scope.events.rmse, std::sqrt(5));
  EXPECT_DOUBLE_EQ(scope.video_units.f1, 2.0 / 3);
  EXPECT_DOUBLE_EQ(scope.video_units.jaccard, 0.5);
  EXPECT_DOUBLE_EQ(scope.types.all_classes.uf1, 0.5);
}

TEST(VqaScores, RefuseWhatCannotBeScored) {
  const std::vector<Question> one = {Row("a", kCoarse, "positive")};
  EXPECT_EQ(ErrorOf({Row("b", kCoarse, "x")}, one),
            "1 answer to questions without a reference, the first 'b', "
            "'What is the coarse expression class?'; give all references");
  EXPECT_EQ(ErrorOf(one, {Row("a", kCoarse, "")}),
            "no reference has an answer; give the file with the answers");
  EXPECT_EQ(ErrorOf({}, {Row("a", kCount, "many")}),
            "the reference to 'a', 'How many expression events appear in thi...' is 'many', it "
            "must be a number");
  EXPECT_EQ(ErrorOf({one[0], one[0]}, one),
            "two answers to 'a', 'What is the coarse expression class?'");
}

TEST(VqaScores, KnowTheDataSetByTheVideoId) {
  EXPECT_EQ(DatasetOfVideoId("samm_test_SAMM-1_1"), "samm");
  EXPECT_EQ(DatasetOfVideoId("clip_1"), "");
}

}  // namespace
}  // namespace mestr::internal
