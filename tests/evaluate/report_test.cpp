#include "evaluate/report.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/csv.h"
#include "mestr/core/version.h"
#include "submission/made_records.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Prediction Hit(const std::string& dataset) {
  return testing::MakePrediction({dataset, "1", "a"}, {0, 9}, "positive");
}

Label Truth(const std::string& dataset) {
  return testing::MakeLabel({dataset, "1", "a"}, {0, 9}, "positive");
}

Evaluation Sample(const EvaluateOptions& options = {}) {
  Prediction miss = Hit("cas");
  miss.interval = {50, 59};
  return Evaluate(std::vector{Hit("cas"), miss}, std::vector{Truth("cas")}, options);
}

TEST(EvaluationText, ShowsCountsAndScores) {
  const std::string text = EvaluationText(Sample(), {});
  EXPECT_THAT(text, HasSubstr("Spotting, IoU >= 0.5"));
  EXPECT_THAT(text, HasSubstr("0.6667"));  // F1 of 1 hit and 1 false positive
  EXPECT_THAT(text, HasSubstr("n/a"));     // no score column, no fps
  EXPECT_THAT(text, HasSubstr("classes met"));
  EXPECT_THAT(text, Not(HasSubstr("confidence")));
  EXPECT_THAT(text, Not(HasSubstr("published")));
}

TEST(EvaluationText, AlignsColumns) {
  const std::string text = EvaluationText(Sample(), {});
  const std::size_t header = text.find("  data set");
  const std::size_t first = text.find('\n', header) + 1;
  const std::size_t second = text.find('\n', first) + 1;
  EXPECT_EQ(first - header, second - first);
}

TEST(EvaluationText, ShowsWhatWasAskedFor) {
  EvaluateOptions options;
  options.by_subject = true;
  options.by_video = true;
  options.bootstrap_samples = 20;
  options.seed = 4;
  const std::string text = EvaluationText(Sample(options), Megc2025Results());
  EXPECT_THAT(text, HasSubstr("By subject"));
  EXPECT_THAT(text, HasSubstr("By video"));
  EXPECT_THAT(text, HasSubstr("20 bootstrap samples over videos, seed 4"));
  EXPECT_THAT(text, HasSubstr("Guo et al."));
}

TEST(EvaluationText, PutsPublishedNumbersUnderOurs) {
  const std::string text = EvaluationText(Sample(), Megc2025Results());
  const std::size_t ours = text.find("this one");
  ASSERT_NE(ours, std::string::npos);
  std::istringstream line(text.substr(ours, text.find('\n', ours) - ours));
  const std::vector<std::string> cells{std::istream_iterator<std::string>(line), {}};
  EXPECT_THAT(cells, ElementsAre("this", "one", "-", "-", "-", "0.6667", "1.0000", "0.6667",
                                 "0.6667", "1.0000", "0.6667"));
  EXPECT_THAT(text.substr(ours), HasSubstr("0.0278"));
}

TEST(EvaluationText, ShowsNoEscapeCodesOfNames) {
  EvaluateOptions options;
  options.by_video = true;
  const auto row = [](const auto& record) { return std::vector{record}; };
  const VideoKey video = {"c\x1B", "s\x1B", "v\x1B[2J"};
  const std::string text = EvaluationText(Evaluate(row(testing::MakePrediction(video, {0, 9})),
                                                   row(testing::MakeLabel(video, {0, 9})), options),
                                          {});
  EXPECT_THAT(text, Not(HasSubstr("\x1B")));
  EXPECT_THAT(text, HasSubstr("v\\x1b[2J"));
}

TEST(EvaluationJson, HoldsEverythingAndNullForWhatDoesNotExist) {
  const auto json =
      nlohmann::json::parse(EvaluationJson(Sample(), {{"out/cas_pred.csv"}, "labels.csv"}));
  EXPECT_EQ(json.at("mestr_version"), Version());
  EXPECT_EQ(json.at("truth"), "labels.csv");
  EXPECT_EQ(json.at("options").at("average"), "classes-met");
  ASSERT_EQ(json.at("scopes").size(), 2u);
  const auto& overall = json.at("scopes")[1];
  EXPECT_EQ(overall.at("scope"), "overall");
  EXPECT_EQ(overall.at("spotting").at("fp"), 1);
  EXPECT_DOUBLE_EQ(overall.at("strs"), 2.0 / 3);
  EXPECT_TRUE(overall.at("spotting").at("average_precision").is_null());
  EXPECT_TRUE(overall.at("timing").at("onset").at("mean_ms").is_null());
  EXPECT_EQ(overall.at("recognition").at("confusion_truth_by_prediction")[1][1], 1);
}

TEST(EvaluationJson, HoldsAveragePrecisionByThreshold) {
  Prediction scored = Hit("cas");
  scored.score = 1;
  const auto json = nlohmann::json::parse(
      EvaluationJson(Evaluate(std::vector{scored}, std::vector{Truth("cas")}, {}), {}));
  const auto& ap = json.at("scopes")[0].at("spotting").at("average_precision");
  EXPECT_EQ(ap.at("0.50"), 1);
  EXPECT_EQ(ap.at("0.95"), 1);
  EXPECT_EQ(ap.at("mean"), 1);
}

TEST(EvaluationCsv, LetsNoSpreadsheetRunAName) {
  EvaluateOptions options;
  options.by_video = true;
  const std::vector<Prediction> predictions = {testing::MakePrediction({"", "", "=1+1"}, {0, 9})};
  const std::vector<Label> labels = {testing::MakeLabel({"", "", "=1+1"}, {0, 9})};
  EXPECT_THAT(EvaluationCsv(Evaluate(predictions, labels, options)), HasSubstr("\nvideo,,,'=1+1,"));
}

TEST(EvaluationCsv, HasOneRowAScope) {
  EvaluateOptions options;
  options.by_video = true;
  options.fps["cas"] = 30;
  const CsvTable table = CsvTable::Parse(EvaluationCsv(Sample(options)), "x.csv",
                                         {.required = {"scope"}, .other_columns = true});
  ASSERT_EQ(table.size(), 3u);
  EXPECT_EQ(table[2].Text(table.Column("scope")), "video");
  EXPECT_EQ(table[2].Text(table.Column("video")), "a");
  EXPECT_DOUBLE_EQ(table[1].Double(table.Column("strs")), 2.0 / 3);
  EXPECT_DOUBLE_EQ(table[1].Double(table.Column("onset_mean_ms")), 0);
  EXPECT_EQ(table[1].Text(table.Column("ap_0.50")), "");
  EXPECT_EQ(table[1].Text(table.Column("strs_low95")), "");
}

}  // namespace
}  // namespace mestr::internal
