// A new method from features to intervals, through the public headers alone.
#include <mestr/mestr.h>

#include <cmath>

#include "pipeline/flow_means.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr {
namespace {

using ::testing::ElementsAre;
using testing::FlowMeans;
using testing::kFlowMeans;
using testing::kFlowMeansValues;
using testing::SmallClip;
using testing::SyntheticSource;
using testing::ToyAnalyzer;

constexpr int kFrames = 44;
constexpr int kRows = kFrames - 3;
// Sums of six products, in another order.
constexpr double kTolerance = 1e-5;

Analysis AnalyzeWith(const std::string& model) {
  SyntheticSource source(SmallClip(kFrames));
  Analyzer analyzer(ToyAnalyzer(model));
  return analyzer.Analyze(source, {.dataset = {}, .subject = {}, .video = "clip"});
}

std::vector<std::vector<float>> ExtractedRows() {
  SyntheticSource source(SmallClip(kFrames));
  Analyzer analyzer(ToyAnalyzer("toy"));
  std::vector<std::vector<float>> rows;
  analyzer.ExtractRows(source, {}, {}, [&](const RowId& id, std::span<const float> row) {
    EXPECT_EQ(id.index, static_cast<std::int64_t>(rows.size()));
    rows.emplace_back(row.begin(), row.end());
  });
  return rows;
}

// The formulas of tests/model/make_toy_model.py.
double LinearScore(const std::vector<float>& row) {
  constexpr double kWeights[kFlowMeansValues] = {1, 2, 0.5, -1, 3, 0.25};
  constexpr double kBias = 0.125;
  double score = kBias;
  for (int i = 0; i < kFlowMeansValues; ++i) score += kWeights[i] * row[i];
  return score;
}

double Logistic(double score) { return 1 / (1 + std::exp(-score)); }

TEST(ToyMethod, ARowIsTheMeanFlowOfEachRegion) {
  FlowMeans extractor({.frame_distance = 3, .jpeg_quality = {}, .besides = {}});
  EXPECT_THAT(extractor.spec().row_shape, ElementsAre(3, 2));
  EXPECT_EQ(extractor.spec().crop, (CropSpec{.side_px = 64, .jpeg_quality = 0}));
  std::vector<float> u(64 * 64, 2);
  const std::vector<float> v(64 * 64, -0.5F);
  FlowRequest request;
  request.landmarks.fill({10, 10});
  std::fill(request.landmarks.begin() + 48, request.landmarks.end(), cv::Point(40, 50));
  u[50 * 64 + 40] = -27;  // 25 px around the mouth, of which one has 27
  std::vector<float> row(kFlowMeansValues);
  extractor.ComputeRow(request, {u.data(), 64, 64, 64}, {v.data(), 64, 64, 64}, row);
  EXPECT_THAT(row, ElementsAre(2, 0.5F, 2, 0.5F, 3, 0.5F));
}

TEST(ToyMethod, ScoresAreTheNetworksFormulaOfItsRows) {
  const Analysis analysis = AnalyzeWith("toy");
  const auto rows = ExtractedRows();
  ASSERT_EQ(rows.size(), kRows);
  ASSERT_EQ(analysis.scores.size(), rows.size());
  double lowest = LinearScore(rows[0]);
  double highest = lowest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double expected = LinearScore(rows[i]);
    EXPECT_NEAR(analysis.scores.spot[i], expected, kTolerance) << i;
    EXPECT_NEAR(analysis.scores.ProbabilitiesAt(i)[0], Logistic(expected), kTolerance) << i;
    lowest = std::min(lowest, expected);
    highest = std::max(highest, expected);
  }
  EXPECT_GT(highest - lowest, 1000 * kTolerance) << "the rows do not tell a wrong network";
}

TEST(ToyMethod, ASequenceIsScoredAsAWhole) {
  const Analysis analysis = AnalyzeWith("toy_sequence");
  const auto rows = ExtractedRows();
  ASSERT_EQ(analysis.scores.size(), rows.size());
  ASSERT_GT(rows.size(), 2 * 16U);  // pairs would be cut after so many
  EXPECT_EQ(analysis.scores.spot[0], 0);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_NEAR(analysis.scores.spot[i], LinearScore(rows[i]) - LinearScore(rows[i - 1]),
                kTolerance)
        << i;
  }
}

TEST(ToyMethod, GoesAllTheWayToIntervals) {
  const Analysis analysis = AnalyzeWith("toy");
  EXPECT_EQ(analysis.frames, kFrames);
  EXPECT_EQ(analysis.rows, kRows);
  EXPECT_EQ(analysis.model_name, "toy");
  EXPECT_EQ(analysis.parameters.k_frames, 3);
  EXPECT_THAT(analysis.classes, ElementsAre("negative", "positive"));
  std::vector<std::string> regions;
  for (const Region& region : analysis.regions) regions.push_back(region.name);
  EXPECT_THAT(regions, ElementsAre("brows", "nose", "mouth"));
  const Spotting expected = SpotExpressions(analysis.scores, {.k_p_frames = 6, .p = 0});
  ASSERT_FALSE(expected.intervals.empty());
  ASSERT_EQ(analysis.spotting.intervals.size(), expected.intervals.size());
  EXPECT_EQ(analysis.spotting.threshold, expected.threshold);
  for (std::size_t i = 0; i < expected.intervals.size(); ++i) {
    EXPECT_EQ(analysis.spotting.intervals[i].interval, expected.intervals[i].interval);
    EXPECT_EQ(analysis.spotting.intervals[i].class_index, expected.intervals[i].class_index);
  }
}

TEST(ToyMethod, SaysWhatItsRowsAre) {
  const ExtractorSpec spec = Analyzer(ToyAnalyzer("toy")).RowSpec();
  EXPECT_EQ(spec.kind, kFlowMeans);
  EXPECT_THAT(spec.row_shape, ElementsAre(3, 2));
  EXPECT_EQ(spec.RowValues(), 6U);
}

TEST(ToyMethod, StandsBesideTheBuiltInOnes) {
  AnalyzerOptions options = ToyAnalyzer("toy");
  options.config.features.kind.clear();
  options.config.model.by_subject["1"] = {{testing::SourcePath("tests/data/model/tiny.pt")}};
  Analyzer analyzer(options);
  EXPECT_EQ(analyzer.LoadModel({.dataset = {}, .subject = "2", .video = "a"}).features, kFlowMeans);
  EXPECT_EQ(analyzer.LoadModel({.dataset = {}, .subject = "1", .video = "a"}).features, "mean-v1");
}

}  // namespace
}  // namespace mestr
