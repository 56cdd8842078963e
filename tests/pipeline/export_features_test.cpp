#include "pipeline/export_features.h"

#include <cstring>

#include "core/files.h"
#include "features/mean_v1.h"
#include "pipeline/flow_means.h"
#include "pipeline/small_run.h"
#include "pipeline/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kFrames = 14;
constexpr int kPairs = kFrames - 3;
constexpr std::size_t kHeaderBytes = 128;

class Export : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::WriteFrameFolder(folder_.path() / "a", testing::SmallClip(kFrames, 1));
    testing::WriteFrameFolder(folder_.path() / "b", testing::SmallClip(kFrames, 2));
  }

  ExportOptions Options() const {
    const RunOptions run =
        testing::OptionsFor({folder_.path() / "a", folder_.path() / "b"}, folder_.path() / "out");
    ExportOptions options;
    options.analyzer = run.analyzer;
    options.inputs = run.inputs;
    options.fps = run.fps;
    options.output = run.output;
    options.half = false;
    return options;
  }

  nlohmann::json Manifest() const {
    return testing::ReadJson(folder_.path() / "out" / "manifest.json");
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Export, WritesOneNumpyFileAVideoAndListsIt) {
  const ExportSummary summary = ExportFeatures(Options(), {});
  EXPECT_EQ(summary.written, 2U);
  const auto manifest = Manifest();
  EXPECT_EQ(manifest.at("format"), 2);
  EXPECT_EQ(manifest.at("features"), "mean-v1");
  EXPECT_EQ(manifest.at("row_shape"), nlohmann::json({3, 42, 42}));
  EXPECT_EQ(manifest.at("config").at("crop"),
            nlohmann::json({{"side_px", 128}, {"jpeg_quality", 95}}));
  ASSERT_EQ(manifest.at("videos").size(), 2U);
  const auto& video = manifest.at("videos")[0];
  EXPECT_EQ(video.at("video"), "a");
  EXPECT_EQ(video.at("pairs"), kPairs);
  EXPECT_EQ(video.at("k_frames"), 3);
  EXPECT_EQ(video.at("first_face_frame"), 1);
  const std::string npy = ReadFile(folder_.path() / "out" / video.at("file").get<std::string>());
  EXPECT_EQ(npy.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_THAT(npy.substr(10, kHeaderBytes - 10),
              AllOf(HasSubstr("'descr': '<f4'"), HasSubstr("'shape': (11, 3, 42, 42)")));
  EXPECT_EQ(npy.size(), kHeaderBytes + sizeof(float) * kPairs * kFeatureValues);
}

TEST_F(Export, HalfPrecisionHalvesTheFile) {
  ExportOptions options = Options();
  options.half = true;
  ExportFeatures(options, {});
  const std::string npy =
      ReadFile(folder_.path() / "out" / Manifest().at("videos")[0].at("file").get<std::string>());
  EXPECT_THAT(npy.substr(10, kHeaderBytes - 10), HasSubstr("'<f2'"));
  EXPECT_EQ(npy.size(), kHeaderBytes + 2UL * kPairs * kFeatureValues);
}

TEST_F(Export, WarnsOfFramesThatAFolderLeavesOut) {
  ASSERT_TRUE(fs::remove(folder_.path() / "b" / "img7.png"));
  std::vector<std::string> warnings;
  RunObserver observer;
  observer.on_warning = [&](const std::string& line) { warnings.push_back(line); };
  EXPECT_EQ(ExportFeatures(Options(), observer).written, 2U);
  EXPECT_THAT(warnings, ::testing::ElementsAre(AllOf(HasSubstr((folder_.path() / "b").string()),
                                                     HasSubstr("leave out 1 "))));
}

TEST_F(Export, GoesOnWhereItStopped) {
  ExportOptions options = Options();
  const auto both = options.inputs;
  options.inputs = {both[0]};
  ExportFeatures(options, {});
  options.inputs = both;
  const ExportSummary summary = ExportFeatures(options, {});
  EXPECT_EQ(summary.resumed, 1U);
  EXPECT_EQ(summary.written, 1U);
  EXPECT_EQ(Manifest().at("videos").size(), 2U);
}

TEST_F(Export, RefusesAFolderOfAnotherConfig) {
  ExportFeatures(Options(), {});
  ExportOptions options = Options();
  options.analyzer.config.face.alignment = AlignmentMode::kSimilarity;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              AllOf(HasSubstr("manifest.json"), HasSubstr("config")));
}

TEST_F(Export, RefusesADamagedManifest) {
  ExportFeatures(Options(), {});
  const std::filesystem::path path = folder_.path() / "out" / "manifest.json";
  const auto good = nlohmann::ordered_json::parse(ReadFile(path));
  const auto refusal_of = [&](const std::string& text) {
    WriteFileAtomically(path, text);
    return testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(Options(), {}); });
  };
  EXPECT_THAT(refusal_of("{"), HasSubstr("manifest.json"));
  EXPECT_THAT(refusal_of("[]"), HasSubstr("manifest.json"));
  for (const char* key : {"name", "file", "dataset", "subject", "video"}) {
    nlohmann::ordered_json bad = good;
    bad["videos"][1][key] = 5;
    EXPECT_THAT(refusal_of(bad.dump()), HasSubstr("is damaged"));
    bad["videos"][1].erase(key);
    EXPECT_THAT(refusal_of(bad.dump()), HasSubstr("is damaged"));
  }
  for (const nlohmann::json& videos : {nlohmann::json(5), nlohmann::json({1, 2})}) {
    nlohmann::ordered_json bad = good;
    bad["videos"] = videos;
    EXPECT_THAT(refusal_of(bad.dump()), HasSubstr("is damaged"));
  }
}

TEST_F(Export, RefusesAFolderOfAnotherJpegQuality) {
  ExportFeatures(Options(), {});
  ExportOptions options = Options();
  options.analyzer.config.features.jpeg_quality = 95;  // what mean-v1 takes by itself
  EXPECT_EQ(ExportFeatures(options, {}).resumed, 2U);
  options.analyzer.config.features.jpeg_quality = 50;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              AllOf(HasSubstr("manifest.json"), HasSubstr("config")));
}

TEST_F(Export, WritesTheRowsOfAMethodOfOnesOwn) {
  ExportOptions options = Options();
  options.analyzer = testing::ToyAnalyzer("toy");
  ExportFeatures(options, {});
  const auto manifest = Manifest();
  EXPECT_EQ(manifest.at("features"), testing::kFlowMeans);
  EXPECT_EQ(manifest.at("row_shape"), nlohmann::json({3, 2}));
  EXPECT_EQ(manifest.at("config").at("crop"),
            nlohmann::json({{"side_px", 64}, {"jpeg_quality", 0}}));
  const std::string npy = ReadFile(folder_.path() / "out" / "a.npy");
  EXPECT_THAT(npy.substr(10, kHeaderBytes - 10), HasSubstr("'shape': (11, 3, 2)"));
  EXPECT_EQ(npy.size(), kHeaderBytes + sizeof(float) * kPairs * testing::kFlowMeansValues);
}

TEST_F(Export, WritesTheRowsThatTheAnalyzerExtracts) {
  ExportFeatures(Options(), {});
  const auto source = OpenFrameFolder(folder_.path() / "a", testing::kClipFps);
  std::string rows;
  Analyzer(testing::SmallAnalyzer())
      .ExtractRows(*source, {}, {}, [&](const RowId&, std::span<const float> row) {
        rows.append(reinterpret_cast<const char*>(row.data()), row.size_bytes());
      });
  EXPECT_EQ(ReadFile(folder_.path() / "out" / "a.npy").substr(kHeaderBytes), rows);
}

TEST_F(Export, RefusesFeaturesOfAnUnknownKind) {
  ExportOptions options = Options();
  options.analyzer.config.features.kind = "mean-v7";
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              HasSubstr("features.kind is 'mean-v7'"));
  EXPECT_FALSE(fs::exists(options.output));
}

TEST_F(Export, AddsOnsetAndApexOfLabelledExpressions) {
  ExportOptions options = Options();
  options.labels = folder_.path() / "labels.csv";
  WriteFileAtomically(options.labels,
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      ",,a,3,6,9,positive,micro\n"   // frames 2 and 5 from 0: the pair 2 of the row
                      ",,a,5,,8,negative,micro\n"    // no apex: the offset stands in
                      ",,b,5,6,30,surprise,macro\n"  // macro-expressions are none of ours
                      ",,a,12,40,50,surprise,micro\n");
  const ExportSummary summary = ExportFeatures(options, {});
  EXPECT_EQ(summary.events_left_out, 1U);  // frame 40 does not exist
  const auto video = Manifest().at("videos")[0];
  ASSERT_EQ(video.at("onset_apex_events").size(), 2U);
  // 1-based, as in the labels.
  EXPECT_EQ(video.at("onset_apex_events")[0].at("onset"), 3);
  EXPECT_EQ(video.at("onset_apex_events")[0].at("apex"), 6);
  EXPECT_EQ(video.at("onset_apex_events")[0].at("offset"), 9);
  EXPECT_EQ(video.at("onset_apex_events")[1].at("apex"), 8);
  const auto rows = [&](const char* key) {
    return ReadFile(folder_.path() / "out" / video.at(key).get<std::string>()).substr(kHeaderBytes);
  };
  constexpr std::size_t kRowBytes = sizeof(float) * kFeatureValues;
  EXPECT_EQ(rows("onset_apex").size(), 2 * kRowBytes);
  EXPECT_EQ(rows("onset_apex").substr(0, kRowBytes), rows("file").substr(2 * kRowBytes, kRowBytes));
}

TEST_F(Export, RefusesLabelsThatNameNoneOfTheVideos) {
  ExportOptions options = Options();
  options.labels = folder_.path() / "labels.csv";
  WriteFileAtomically(options.labels,
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      "cas,1,z,3,6,9,positive,micro\n");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { ExportFeatures(options, {}); }),
              HasSubstr("labels.csv"));
}

TEST_F(Export, AVideoThatFailsLeavesNoFileAndTheOthersGoOn) {
  fs::remove(folder_.path() / "a" / "img14.png");
  WriteFileAtomically(folder_.path() / "a" / "img14.png", "no picture");
  std::vector<std::string> failed;
  RunObserver observer;
  observer.on_video_failed = [&](const VideoInput& input, const std::string& why) {
    failed.push_back(input.path.string() + ": " + why);
  };
  const ExportSummary summary = ExportFeatures(Options(), observer);
  EXPECT_EQ(summary.written, 1U);
  EXPECT_EQ(summary.failed, 1U);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_THAT(failed[0],
              AllOf(HasSubstr((folder_.path() / "a").string() + ": "), HasSubstr("img14.png")));
  int npy_files = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "out")) {
    npy_files += entry.path().extension() == ".npy" ? 1 : 0;
  }
  EXPECT_EQ(npy_files, 1);
}

}  // namespace
}  // namespace mestr::internal
