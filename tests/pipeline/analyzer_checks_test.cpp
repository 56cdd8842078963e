// What is refused before anything is computed.
#include "core/files.h"
#include "mestr/core/error.h"
#include "pipeline/export_features.h"
#include "pipeline/flow_means.h"
#include "pipeline/run.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kFlowMeans;
using testing::SmallAnalyzer;
using testing::ToyAnalyzer;

struct BadConfig {
  std::function<void(Config& config)> change;
  const char* message;
};

// Made in code, where no parser has looked at them.
std::vector<BadConfig> BadConfigs() {
  return {{[](Config& config) { config.spot.p = 7; }, "spot.p is 7; it must be in [0, 1]"},
          {[](Config& config) { config.datasets.at(0).layout.fps.reset(); },
           "datasets.cas: k, k_p and fps go together"}};
}

// A folder of results that an earlier run left, and a video.
class ConfigMadeInCode : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteFileAtomically(Out("predictions.csv"), "old");
    WriteFileAtomically(Out("manifest.json"), "old");
    observer_.on_video = [](const VideoTurn&) { ADD_FAILURE(); };
  }

  fs::path Out(const std::string& name) const { return folder_.path() / "out" / name; }

  RunOptions Options(const BadConfig& bad) const {
    RunOptions options = testing::OptionsFor({folder_.path() / "no such.mp4"}, Out(""));
    bad.change(options.analyzer.config);
    return options;
  }

  void ExpectOutputUntouched() const {
    EXPECT_EQ(ReadFile(Out("predictions.csv")), "old");
    EXPECT_EQ(ReadFile(Out("manifest.json")), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(Out("")), fs::directory_iterator()), 2);
  }

  testing::TemporaryFolder folder_;
  RunObserver observer_;
};

TEST_F(ConfigMadeInCode, IsCheckedByTheAnalyzersConstructor) {
  for (const BadConfig& bad : BadConfigs()) {
    AnalyzerOptions options = SmallAnalyzer();
    bad.change(options.config);
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { const Analyzer made(options); }),
                HasSubstr(bad.message));
  }
}

TEST_F(ConfigMadeInCode, IsCheckedByARunBeforeAnyVideoOrOutput) {
  for (const BadConfig& bad : BadConfigs()) {
    const RunOptions options = Options(bad);
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { RunVideos(options, observer_); }),
                HasSubstr(bad.message));
    ExpectOutputUntouched();
  }
}

TEST_F(ConfigMadeInCode, IsCheckedByAnExportBeforeAnyVideoOrOutput) {
  for (const BadConfig& bad : BadConfigs()) {
    const RunOptions run = Options(bad);
    ExportOptions options;
    options.analyzer = run.analyzer;
    options.inputs = run.inputs;
    options.output = run.output;
    EXPECT_THAT(
        testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, observer_); }),
        HasSubstr(bad.message));
    ExpectOutputUntouched();
  }
}

std::string ModelError(const AnalyzerOptions& options) {
  Analyzer analyzer(options);
  return testing::ErrorMessage(ErrorKind::kModel, [&] { analyzer.LoadModel({}); });
}

TEST(ModelFeatures, OfAnUnknownKindAreRefusedNamingItAndTheKnownOnes) {
  AnalyzerOptions options = ToyAnalyzer("toy");
  options.config.features.kind.clear();
  options.extractors.clear();
  EXPECT_THAT(ModelError(options),
              AllOf(HasSubstr("model toy"), HasSubstr("'flow-means-v1'"), HasSubstr("mean-v1")));
  options.extractors = {{"another-v1", testing::FlowMeansKind().make}};
  EXPECT_THAT(ModelError(options), HasSubstr("mean-v1, flow-grid-v1, another-v1"));
}

TEST(ModelFeatures, OfAnotherRowShapeAreRefusedNamingBoth) {
  AnalyzerOptions options = ToyAnalyzer("toy");
  const ExtractorKind mean_v1 = BuiltInExtractors().front();
  options.extractors = {{kFlowMeans, mean_v1.make}};
  EXPECT_THAT(ModelError(options),
              AllOf(HasSubstr("rows of 3 x 2 values"), HasSubstr("has 3 x 42 x 42")));
}

TEST(ModelFeatures, ThatTheConfigDoesNotAskForAreRefusedNamingBoth) {
  AnalyzerOptions options = ToyAnalyzer("toy");
  options.config.features.kind = "mean-v1";
  EXPECT_THAT(ModelError(options), AllOf(HasSubstr("'flow-means-v1'"), HasSubstr("'mean-v1'")));
}

TEST(ModelFeatures, AreCheckedByARunBeforeItsFirstVideo) {
  const testing::TemporaryFolder folder;
  RunOptions options = testing::OptionsFor({folder.path() / "no such.mp4"}, folder.path() / "out");
  options.analyzer.config.model.files = {{testing::ToyModel("toy")}};
  testing::ErrorMessage(ErrorKind::kModel, [&] { RunVideos(options, {}); });
  EXPECT_FALSE(fs::exists(options.output));
}

TEST(ConfiguredFeatures, OfAnUnknownKindAreRefusedNamingItAndTheKnownOnes) {
  AnalyzerOptions options = ToyAnalyzer("toy");
  options.config.features.kind = "mean-v7";
  const Analyzer analyzer(options);
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kConfig, [&] { analyzer.RowSpec(); }),
            "features.kind is 'mean-v7'; it must be one of mean-v1, flow-grid-v1, flow-means-v1");
}

TEST(ModelOfASubject, IsNotNamedTwice) {
  AnalyzerOptions options = SmallAnalyzer();
  options.config.model.by_subject = {{"1", options.config.model.files},
                                     {"01", options.config.model.files}};
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { Analyzer{options}; }),
              HasSubstr("names subject 1 twice"));
}

TEST(KindsOfFeatures, HaveANameOfTheirOwnAndAMaker) {
  const ExtractorKind toy = testing::FlowMeansKind();
  const std::vector<std::vector<ExtractorKind>> bad = {
      {{"mean-v1", toy.make}}, {toy, toy}, {{"", toy.make}}, {{"toy", nullptr}}};
  for (const auto& kinds : bad) {
    AnalyzerOptions options = SmallAnalyzer();
    options.extractors = kinds;
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { Analyzer{options}; }),
                HasSubstr("must have a name of its own and a maker"));
  }
}

// Of a spec that nothing can be computed with.
class BadSpec : public PairExtractor {
 public:
  explicit BadSpec(const ExtractorSpec& spec) : PairExtractor(spec, {}) {}
  void ComputeRow(const FlowRequest&, ImageView<const float>, ImageView<const float>,
                  std::span<float>) const override {}
  std::vector<Region> Regions(const Landmarks&) const override { return {}; }
};

std::string SpecError(const std::function<std::unique_ptr<FeatureExtractor>()>& make) {
  AnalyzerOptions options = SmallAnalyzer();
  options.extractors = {{"own", [&](const ExtractorOptions&) { return make(); }}};
  options.config.features.kind = "own";
  const Analyzer analyzer(options);
  return testing::ErrorMessage(ErrorKind::kConfig, [&] { analyzer.RowSpec(); });
}

TEST(KindsOfFeatures, HaveASpecThatCanBeComputed) {
  const auto of = [](const std::vector<int>& shape, const CropSpec& crop) {
    return SpecError([&] {
      return std::make_unique<BadSpec>(ExtractorSpec{"own", shape, crop, 1});
    });
  };
  EXPECT_THAT(of({2}, {.side_px = 15}), HasSubstr("side_px is 15; it must be in [16, 16384] px"));
  EXPECT_THAT(of({2}, {.jpeg_quality = 500}), HasSubstr("jpeg_quality is 500"));
  EXPECT_THAT(of({}, {}), HasSubstr("row_shape is empty"));
  EXPECT_THAT(of({2, 0}, {}), HasSubstr("row_shape is 0"));
  EXPECT_THAT(SpecError([] { return nullptr; }), HasSubstr("its maker made none"));
}

TEST(ModelPin, IsCheckedByTheAnalyzer) {
  AnalyzerOptions options = SmallAnalyzer();
  options.config.model.files.at(0).sha256 = std::string(64, 'a');
  EXPECT_THAT(ModelError(options), HasSubstr("SHA-256"));
}

}  // namespace
}  // namespace mestr::internal
