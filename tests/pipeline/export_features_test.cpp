#include "mestr/pipeline/export_features.h"

#include <cstring>

#include "mestr/core/files.h"
#include "mestr/model/mean_model.h"
#include "pipeline/synthetic_video.h"
#include "support/test_support.h"

namespace mestr {
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
    options.config = run.config;
    options.inputs = run.inputs;
    options.fps = run.fps;
    options.output = run.output;
    options.half = false;
    options.device = run.device;
    options.jobs = run.jobs;
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
  ASSERT_EQ(manifest.at("videos").size(), 2U);
  const auto& video = manifest.at("videos")[0];
  EXPECT_EQ(video.at("video"), "a");
  EXPECT_EQ(video.at("pairs"), kPairs);
  EXPECT_EQ(video.at("k_frames"), 3);
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
  options.config.face.alignment = AlignmentMode::kSimilarity;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              AllOf(HasSubstr("manifest.json"), HasSubstr("config")));
}

TEST_F(Export, AddsOnsetAndApexOfLabelledExpressions) {
  ExportOptions options = Options();
  options.labels = folder_.path() / "labels.csv";
  WriteFileAtomically(options.labels,
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      ",,a,3,6,9,positive,micro\n"   // frames 2 and 5: the pair 2 of the row
                      ",,a,5,,8,negative,micro\n"    // no apex: the offset stands in
                      ",,b,5,6,30,surprise,macro\n"  // macro-expressions are none of ours
                      ",,a,12,40,50,surprise,micro\n");
  const ExportSummary summary = ExportFeatures(options, {});
  EXPECT_EQ(summary.events_left_out, 1U);  // frame 40 does not exist
  const auto video = Manifest().at("videos")[0];
  ASSERT_EQ(video.at("onset_apex_events").size(), 2U);
  EXPECT_EQ(video.at("onset_apex_events")[0].at("onset"), 2);
  EXPECT_EQ(video.at("onset_apex_events")[0].at("apex"), 5);
  EXPECT_EQ(video.at("onset_apex_events")[1].at("apex"), 7);
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
  const ExportSummary summary = ExportFeatures(Options(), {});
  EXPECT_EQ(summary.written, 1U);
  ASSERT_EQ(summary.failed.size(), 1U);
  EXPECT_THAT(summary.failed[0], HasSubstr("img14.png"));
  int npy_files = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "out")) {
    npy_files += entry.path().extension() == ".npy" ? 1 : 0;
  }
  EXPECT_EQ(npy_files, 1);
}

}  // namespace
}  // namespace mestr
