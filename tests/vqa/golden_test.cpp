// Scores of answered files by sacrebleu, nltk, rouge_score and scikit-learn.
#include <map>
#include <nlohmann/json.hpp>

#include "support/test_support.h"
#include "vqa/answer.h"
#include "vqa/scores.h"

namespace mestr::internal {
namespace {

constexpr double kTolerance = 1e-9;

using Json = nlohmann::json;

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<Question> Column(const Json& rows, const char* column) {
  std::vector<Question> questions;
  for (const Json& row : rows) {
    questions.push_back({.video_id = row.at("video_id"),
                         .video = row.at("video"),
                         .question = row.at("question"),
                         .answer = TextOf(row.at(column))});
  }
  return questions;
}

std::map<std::string, VqaScope> ScopesOf(const Json& golden) {
  const VqaEvaluation evaluation =
      ScoreAnswers(Column(golden.at("rows"), "answer"), Column(golden.at("rows"), "reference"));
  std::map<std::string, VqaScope> scopes;
  for (const VqaScope& scope : evaluation.scopes) {
    scopes[scope.is_overall ? "overall" : scope.dataset] = scope;
  }
  return scopes;
}

void ExpectMeans(const ClassMeans& means, const Json& expected) {
  EXPECT_NEAR(means.uf1, expected.at("uf1").get<double>(), kTolerance);
  EXPECT_NEAR(means.uar, expected.at("uar").get<double>(), kTolerance);
}

TEST(VqaGolden, AnswersOneByOne) {
  MESTR_GOLDEN_OR_SKIP(path, "vqa/vqa_metrics.json");
  const Json rows = testing::ReadJson(path).at("rows");
  ASSERT_EQ(rows.size(), 39u);
  for (const Json& row : rows) {
    SCOPED_TRACE(row.at("video_id").get<std::string>());
    const Words answer = WordsOf(row.at("answer").get<std::string>());
    const Words reference = WordsOf(row.at("reference").get<std::string>());
    EXPECT_EQ(answer, row.at("tokens_answer").get<Words>());
    EXPECT_EQ(reference, row.at("tokens_reference").get<Words>());
    const BleuCounts bleu = CountBleu(answer, reference);
    EXPECT_NEAR(Bleu(bleu, 1, BleuSmoothing::kNone), row.at("bleu1"), kTolerance);
    EXPECT_NEAR(Bleu(bleu, 2, BleuSmoothing::kNone), row.at("bleu2"), kTolerance);
    EXPECT_NEAR(Bleu(bleu, 4, BleuSmoothing::kNone), row.at("bleu4"), kTolerance);
    EXPECT_NEAR(Bleu(bleu, 4, BleuSmoothing::kNltkMethod1), row.at("bleu4_nltk_method1"),
                kTolerance);
    const RougeCounts rouge = CountRouge1(answer, reference);
    EXPECT_NEAR(rouge.Recall(), row.at("rouge1_recall"), kTolerance);
    EXPECT_NEAR(rouge.F1(), row.at("rouge1_fmeasure"), kTolerance);
  }
}

TEST(VqaGolden, ClassesOfAnswersByBothConventions) {
  MESTR_GOLDEN_OR_SKIP(path, "vqa/vqa_metrics.json");
  const Json rows = testing::ReadJson(path).at("rows");
  int compared = 0;
  for (const Json& row : rows) {
    if (!row.contains("class_strict")) continue;
    const auto classes = ClassesOf(TopicOf(row.at("question").get<std::string>()).kind);
    const std::string answer = row.at("answer");
    EXPECT_EQ(ClassOf(answer, classes, ClassReading::kStrict), row.at("class_strict"));
    EXPECT_EQ(ClassOf(answer, classes, ClassReading::kLenient), row.at("class_lenient"));
    ++compared;
  }
  EXPECT_EQ(compared, 18);
}

TEST(VqaGolden, ScoresOfDataSetsAndOverall) {
  MESTR_GOLDEN_OR_SKIP(path, "vqa/vqa_metrics.json");
  const Json golden = testing::ReadJson(path);
  const std::map<std::string, VqaScope> scopes = ScopesOf(golden);
  ASSERT_EQ(scopes.size(), golden.at("scores").size());
  for (const auto& [name, expected] : golden.at("scores").items()) {
    SCOPED_TRACE(name);
    const VqaScope& scope = scopes.at(name);
    EXPECT_EQ(scope.clip_answers, expected.at("answers"));
    int compared = 0;
    for (const NamedScore& score : scope.texts) {
      if (!expected.contains(score.name)) continue;
      EXPECT_NEAR(score.value, expected.at(std::string(score.name)), kTolerance) << score.name;
      ++compared;
    }
    EXPECT_EQ(compared, 9);
    for (const KindScores& kind : scope.classes) {
      if (kind.kind != QuestionKind::kCoarse && kind.kind != QuestionKind::kFine) continue;
      const std::string of(QuestionKindName(kind.kind));
      SCOPED_TRACE(of);
      for (const auto& [reading, scores] :
           {std::pair("_strict_", &kind.strict), std::pair("_lenient_", &kind.lenient)}) {
        EXPECT_EQ(scores->answers, expected.at(of + reading + "classes_met").at("n"));
        ExpectMeans(scores->classes_met, expected.at(of + reading + "classes_met"));
        ExpectMeans(scores->truth_classes, expected.at(of + reading + "truth_classes"));
        ExpectMeans(scores->all_classes, expected.at(of + reading + "all_classes"));
      }
    }
  }
}

void ExpectCounts(const CountScores& scores, const Json& expected) {
  EXPECT_EQ(scores.answers, expected.at("n"));
  EXPECT_EQ(scores.without_number, expected.at("without_number"));
  EXPECT_NEAR(scores.mae, expected.at("mae"), kTolerance);
  EXPECT_NEAR(scores.rmse, expected.at("rmse"), kTolerance);
}

TEST(VqaGolden, ScoresOfLongVideos) {
  MESTR_GOLDEN_OR_SKIP(path, "vqa/lvqa_metrics.json");
  const Json golden = testing::ReadJson(path);
  const std::map<std::string, VqaScope> scopes = ScopesOf(golden);
  ASSERT_EQ(scopes.size(), golden.at("scores").size());
  for (const auto& [name, expected] : golden.at("scores").items()) {
    SCOPED_TRACE(name);
    const VqaScope& scope = scopes.at(name);
    EXPECT_EQ(scope.clip_answers, 0);
    ExpectCounts(scope.events, expected.at("events"));
    ExpectCounts(scope.micro, expected.at("micro"));
    ExpectCounts(scope.macro, expected.at("macro"));
    EXPECT_EQ(scope.video_units.answers, expected.at("action_units").at("n"));
    EXPECT_NEAR(scope.video_units.f1, expected.at("action_units").at("f1"), kTolerance);
    EXPECT_NEAR(scope.video_units.jaccard, expected.at("action_units").at("jaccard"), kTolerance);
    EXPECT_EQ(scope.types.answers, expected.at("type").at("n"));
    ExpectMeans(scope.types.all_classes, expected.at("type"));
  }
}

}  // namespace
}  // namespace mestr::internal
