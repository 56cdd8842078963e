#include "pipeline/export_features.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "features/mean_v1.h"
#include "pipeline/flow_means.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
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
    testing::WriteFrameFolder(folder_.path() / "a", testing::SmallClip(kFrames));
    testing::WriteFrameFolder(folder_.path() / "b",
                              testing::SmallClip(kFrames, testing::kOtherClipPerson));
  }

  ExportOptions Options() const {
    return testing::ExportOptionsFor({folder_.path() / "a", folder_.path() / "b"},
                                     folder_.path() / "out");
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

// What changes between two calls, for the video "a" at least, and how the second names it.
struct Change {
  void (*make)(const fs::path& folder, ExportOptions& options);
  const char* expected;
  std::size_t videos = 1;
};

void Touch(const fs::path& file) {
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1));
}

void ChangeRecord(const fs::path& folder, void (*change)(nlohmann::ordered_json& video)) {
  const fs::path path = folder / "out" / "manifest.json";
  auto manifest = nlohmann::ordered_json::parse(ReadFile(path));
  for (auto& video : manifest["videos"]) {
    if (video["video"] == "a") change(video);
  }
  WriteFileAtomically(path, manifest.dump());
}

const Change kChanges[] = {
    {[](const fs::path& folder, ExportOptions&) { Touch(folder / "a" / "img3.png"); },
     "it changed since its results were made (of 20"},
    {[](const fs::path& folder, ExportOptions&) {
       fs::copy_file(folder / "b" / "img3.png", folder / "a" / "img3.png",
                     fs::copy_options::overwrite_existing);
     },
     "it changed"},
    {[](const fs::path& folder, ExportOptions&) {
       fs::copy_file(folder / "a" / "img1.png", folder / "a" / "img15.png");
     },
     "it changed"},
    {[](const fs::path& folder, ExportOptions&) {
       fs::rename(folder / "a" / "img1.png", folder / "a" / "img0.png");  // the names alone
     },
     "it changed"},
    {[](const fs::path& folder, ExportOptions&) {
       fs::resize_file(folder / "out" / "a.npy", kHeaderBytes);
     },
     "not all of its features are there"},
    {[](const fs::path& folder, ExportOptions&) { fs::remove(folder / "out" / "a.npy"); },
     "not all of its features are there"},
    {[](const fs::path& folder, ExportOptions&) {
       ChangeRecord(folder, [](nlohmann::ordered_json& video) { video.erase("made_from"); });
     },
     "what its results were made from is not recorded"},
    {[](const fs::path& folder, ExportOptions&) {
       ChangeRecord(folder, [](auto& video) { video["made_from"]["mestr"] = "0.0.1"; });
     },
     "another version"},
    {[](const fs::path&, ExportOptions& options) { options.fps = 60; },
     "its frame rate was given as 30 and is given as 60 now", 2},
    {[](const fs::path&, ExportOptions& options) { options.analyzer.config.spot.k_s = 0.05; },
     "k was 6 frames and is 3 now", 2},
};

TEST_F(Export, ComputesAgainWhatChangedAndNamesIt) {
  ExportOptions options = Options();
  ExportFeatures(options, {});
  std::vector<std::string> warnings;
  RunObserver observer;
  observer.on_warning = [&](const std::string& line) { warnings.push_back(line); };
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.expected);
    warnings.clear();
    change.make(folder_.path(), options);
    const ExportSummary summary = ExportFeatures(options, observer);
    EXPECT_EQ(summary.written, change.videos);
    EXPECT_EQ(summary.resumed, 2 - change.videos);
    ASSERT_FALSE(warnings.empty());
    EXPECT_THAT(warnings[0], AllOf(HasSubstr((folder_.path() / "a").string()),
                                   HasSubstr(change.expected), HasSubstr("computed again")));
    EXPECT_EQ(Manifest().at("videos").size(), 2U);  // not listed twice
    EXPECT_TRUE(fs::exists(folder_.path() / "out" / "a.npy"));
  }
  EXPECT_EQ(ExportFeatures(options, observer).resumed, 2U);
}

TEST_F(Export, ComputesAgainWhatIsLabelledOtherwise) {
  const fs::path labels = folder_.path() / "labels.csv";
  const auto with_labels = [&](const std::string& rows) {
    WriteFileAtomically(labels, "dataset,subject,video,onset,apex,offset,emotion,type\n" + rows);
    ExportOptions options = Options();
    options.labels = labels;
    return ExportFeatures(options, {});
  };
  ExportFeatures(Options(), {});
  const std::string of_b = ",,b,3,6,9,positive,micro\n";
  EXPECT_EQ(with_labels(",,a,3,6,9,positive,micro\n" + of_b).written, 2U);  // there were none
  EXPECT_EQ(with_labels(of_b + ",,a,3,6,9,positive,micro\n").resumed, 2U);
  for (const char* changed : {",,a,4,6,9,positive,micro\n", ",,a,4,6,9,negative,micro\n"}) {
    const ExportSummary summary = with_labels(changed + of_b);
    EXPECT_EQ(summary.written, 1U) << changed;
    EXPECT_EQ(summary.resumed, 1U) << changed;
  }
  EXPECT_EQ(ExportFeatures(Options(), {}).written, 2U);  // none again
  EXPECT_FALSE(fs::exists(folder_.path() / "out" / "a.onset_apex.npy"));
}

TEST_F(Export, DropsWhatAVideoThatFailsNowHadBefore) {
  ExportFeatures(Options(), {});
  WriteFileAtomically(folder_.path() / "a" / "img14.png", "no picture");
  EXPECT_EQ(ExportFeatures(Options(), {}).failed, 1U);
  ASSERT_EQ(Manifest().at("videos").size(), 1U);
  EXPECT_EQ(Manifest().at("videos")[0].at("video"), "b");
  EXPECT_FALSE(fs::exists(folder_.path() / "out" / "a.npy"));
}

TEST_F(Export, KeepsTheFeaturesOfAVideoThatIsAway) {
  ExportFeatures(Options(), {});
  fs::rename(folder_.path() / "a", folder_.path() / "away");
  EXPECT_EQ(ExportFeatures(Options(), {}).failed, 1U);
  fs::rename(folder_.path() / "away", folder_.path() / "a");
  EXPECT_EQ(ExportFeatures(Options(), {}).resumed, 2U);
}

TEST_F(Export, BeginsAnewOnRequest) {
  ExportFeatures(Options(), {});
  ExportOptions options = Options();
  options.half = true;
  options.inputs.pop_back();
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              HasSubstr("another dtype"));
  options.overwrite = true;
  EXPECT_EQ(ExportFeatures(options, {}).written, 1U);
  EXPECT_EQ(Manifest().at("videos").size(), 1U);
  EXPECT_TRUE(fs::exists(folder_.path() / "out" / "a.npy"));
  EXPECT_FALSE(fs::exists(folder_.path() / "out" / "b.npy"));
}

TEST_F(Export, GivesAVideoOfALongNameAShortFile) {
  ExportOptions options = Options();
  options.inputs = {(folder_.path() / "list.csv").string()};
  WriteFileAtomically(options.inputs[0], "video,path\n" + std::string(300, 'v') + ",a\nshort,b\n");
  EXPECT_EQ(ExportFeatures(options, {}).written, 2U);
  EXPECT_EQ(ExportFeatures(options, {}).resumed, 2U);
  EXPECT_EQ(Manifest().at("videos")[0].at("video"), std::string(300, 'v'));
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
