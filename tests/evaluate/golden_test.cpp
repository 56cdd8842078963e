// The published baseline's own evaluator, case by case.
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "mestr/evaluate/evaluate.h"
#include "submission/made_records.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

// The file counts from 1, as labels do.
template <typename Record>
std::vector<Record> Records(const nlohmann::json& videos, const char* what) {
  std::vector<Record> records;
  for (std::size_t v = 0; v < videos.size(); ++v) {
    for (const auto& row : videos[v].at(what)) {
      records.push_back(testing::MakeRecord<Record>(
          {"cas", "1", "video" + std::to_string(v)},
          {row[0].get<std::int64_t>() - 1, row[1].get<std::int64_t>() - 1},
          row[2].get<std::string>()));
    }
  }
  return records;
}

ConfusionMatrix ConfusionOfPairs(const nlohmann::json& pairs) {
  ConfusionMatrix confusion(kLeaderboardEmotions.size());
  for (const auto& pair : pairs) {
    confusion.Add(pair[0].get<std::size_t>(), pair[1].get<std::size_t>());
  }
  return confusion;
}

struct PrintedScores {
  double uf1 = 0;
  double uar = 0;
  double f1 = 0;
};

PrintedScores ParsePrinted(const std::string& line) {
  PrintedScores scores;
  EXPECT_EQ(std::sscanf(line.c_str(), "UF1: %lf | UAR: %lf | F1-Score: %lf", &scores.uf1,
                        &scores.uar, &scores.f1),
            3);
  return scores;
}

TEST(EvaluateGolden, AgreesWithThePublishedEvaluator) {
  MESTR_GOLDEN_OR_SKIP(path, "evaluate.json");
  constexpr double kHalfOfTheLastDigit = 0.00005000001;
  const nlohmann::json cases = testing::ReadJson(path);
  ASSERT_FALSE(cases.empty());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    EvaluateOptions options;
    options.iou = cases[i].at("iou").get<double>();
    const nlohmann::json& videos = cases[i].at("videos");
    const nlohmann::json& expected = cases[i].at("expected");
    const Evaluation evaluation =
        Evaluate(Records<Prediction>(videos, "pred"), Records<Label>(videos, "truth"), options);
    const ScopeScore& score = evaluation.Overall();

    const nlohmann::json& spotting = expected.at("spotting");
    EXPECT_EQ(score.spotting.tp, spotting.at("tp"));
    EXPECT_EQ(score.spotting.fp, spotting.at("fp"));
    EXPECT_EQ(score.spotting.fn, spotting.at("fn"));
    EXPECT_EQ(score.spotting.Precision(), spotting.at("precision"));
    EXPECT_EQ(score.spotting.Recall(), spotting.at("recall"));
    EXPECT_EQ(score.spotting.F1(), spotting.at("f1"));
    EXPECT_EQ(score.confusion, ConfusionOfPairs(expected.at("recognition_pairs")));
    EXPECT_EQ(score.recognition.uf1, expected.at("reference_uf1"));
    EXPECT_EQ(score.recognition.uar, expected.at("reference_uar"));
    const PrintedScores printed = ParsePrinted(expected.at("reference_printed")[2]);
    EXPECT_NEAR(score.recognition.f1, printed.f1, kHalfOfTheLastDigit);
    EXPECT_DOUBLE_EQ(score.strs, score.spotting.F1() * score.recognition.f1);
  }
}

}  // namespace
}  // namespace mestr::internal
