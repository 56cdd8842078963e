#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "core/files.h"
#include "mestr/features/window_extractor.h"
#include "pipeline/export_features.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kFrames = 11;
constexpr std::size_t kHeaderBytes = 128;

class ExportWindows : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::WriteFrameFolder(folder_.path() / "a", testing::SmallClip(kFrames));
  }

  ExportOptions Options(const std::vector<fs::path>& videos) const {
    ExportOptions options = testing::ExportOptionsFor(videos, folder_.path() / "out");
    FeaturesConfig& features = options.analyzer.config.features;
    features.kind = "roi-flow-10-v1";
    features.window_frames = 4;
    features.frame_step = 2;
    return options;
  }
  ExportOptions Options() const { return Options({folder_.path() / "a"}); }

  nlohmann::json Manifest() const {
    return testing::ReadJson(folder_.path() / "out" / "manifest.json");
  }

  testing::TemporaryFolder folder_;
};

// Used frames 0, 2, ..., 10 of the video are six: windows of four begin at the first, the third.
TEST_F(ExportWindows, WritesTheWindowsOfAVideoAndWhereTheyBegin) {
  EXPECT_EQ(ExportFeatures(Options(), {}).written, 1U);
  const auto manifest = Manifest();
  EXPECT_EQ(manifest.at("features"), "roi-flow-10-v1");
  EXPECT_EQ(manifest.at("row_shape"), nlohmann::json({10}));
  EXPECT_EQ(manifest.at("variant"), "mended");
  const auto& video = manifest.at("videos").at(0);
  EXPECT_EQ(video.at("frames"), kFrames);
  EXPECT_EQ(video.at("windows"), 2);
  EXPECT_EQ(video.at("window"),
            nlohmann::json({{"frames", 4}, {"hop_frames", 2}, {"frame_step", 2}}));
  EXPECT_EQ(video.at("first_frames"), nlohmann::json({1, 5}));
  EXPECT_EQ(video.at("faceless_frames"), nlohmann::json({0, 0}));
  const std::string npy = ReadFile(folder_.path() / "out" / video.at("file").get<std::string>());
  EXPECT_THAT(npy.substr(10, kHeaderBytes - 10),
              AllOf(HasSubstr("'descr': '<f4'"), HasSubstr("'shape': (2, 4, 10)")));
  EXPECT_EQ(npy.size(), kHeaderBytes + sizeof(float) * 2 * 4 * 10);
}

TEST_F(ExportWindows, GoesOnWhereItStoppedAndComputesChangedWindowsAgain) {
  ExportOptions options = Options();
  ExportFeatures(options, {});
  EXPECT_EQ(ExportFeatures(options, {}).resumed, 1U);
  options.analyzer.config.features.frame_step = 1;
  std::vector<std::string> warnings;
  RunObserver observer;
  observer.on_warning = [&](const std::string& line) { warnings.push_back(line); };
  EXPECT_EQ(ExportFeatures(options, observer).written, 1U);
  EXPECT_THAT(warnings, ::testing::ElementsAre(HasSubstr("its windows are others now")));
}

TEST_F(ExportWindows, AFolderOfAnotherVariantIsRefused) {
  ExportOptions options = Options();
  ExportFeatures(options, {});
  options.analyzer.config.features.variant = FeaturesVariant::kPublished;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              HasSubstr("variant"));
}

TEST_F(ExportWindows, AVideoShorterThanAWindowOrWithoutAFaceFailsByItself) {
  testing::WriteFrameFolder(folder_.path() / "short", testing::SmallClip(6, 2));
  for (int i = 1; i <= kFrames; ++i) {
    const cv::Mat gray(240, 320, CV_8UC3, cv::Scalar::all(90));
    fs::create_directories(folder_.path() / "empty");
    cv::imwrite((folder_.path() / "empty" / ("img" + std::to_string(i) + ".png")).string(), gray);
  }
  std::vector<std::string> failures;
  RunObserver observer;
  observer.on_video_failed = [&](const VideoInput&, const std::string& why) {
    failures.push_back(why);
  };
  const ExportSummary summary = ExportFeatures(
      Options({folder_.path() / "short", folder_.path() / "empty", folder_.path() / "a"}),
      observer);
  EXPECT_EQ(summary.failed, 2U);
  EXPECT_EQ(summary.written, 1U);
  EXPECT_THAT(failures,
              ::testing::ElementsAre(AllOf(HasSubstr("too short"), HasSubstr("4 used frames")),
                                     HasSubstr("no face found in any of its 2 windows")));
  EXPECT_EQ(Manifest().at("videos").size(), 1U);
}

TEST_F(ExportWindows, WindowsWithoutAFaceAreZerosAndCounted) {
  const fs::path video = folder_.path() / "a";
  for (int i = 1; i <= 4; ++i) {
    const cv::Mat gray(240, 320, CV_8UC3, cv::Scalar::all(90));
    cv::imwrite((video / ("img" + std::to_string(i) + ".png")).string(), gray);
  }
  ExportOptions options = Options();
  options.analyzer.config.features.frame_step = 1;
  std::vector<std::string> warnings;
  RunObserver observer;
  observer.on_warning = [&](const std::string& line) { warnings.push_back(line); };
  EXPECT_EQ(ExportFeatures(options, observer).written, 1U);
  EXPECT_THAT(warnings, ::testing::ElementsAre(HasSubstr("no face in 1 of its 4 windows: zeros")));
  const auto entry = Manifest().at("videos").at(0);
  // The face is a cut: a stretch of four frames and one of seven.
  EXPECT_EQ(entry.at("first_frames"), nlohmann::json({1, 5, 7, 8}));
  EXPECT_EQ(entry.at("faceless_frames"), nlohmann::json({4, 0, 0, 0}));
  const std::string npy = ReadFile(folder_.path() / "out" / "a.npy");
  const std::size_t window = sizeof(float) * 4 * 10;
  EXPECT_EQ(npy.substr(kHeaderBytes, window), std::string(window, '\0'));
}

TEST_F(ExportWindows, TheStepThatFollowsFromTheRateIsTold) {
  ExportOptions options = Options();
  options.fps = 60;
  options.analyzer.config.features.frame_step.reset();
  std::vector<std::string> told;
  RunObserver observer;
  observer.on_info = [&](const std::string& line) { told.push_back(line); };
  EXPECT_EQ(ExportFeatures(options, observer).written, 1U);
  EXPECT_THAT(told, ::testing::Contains(HasSubstr(
                        "one of every 2 frames is used, 0.035 s at 60 fps; features.frame_step")));
  EXPECT_EQ(Manifest().at("videos").at(0).at("window").at("frame_step"), 2);
}

TEST_F(ExportWindows, BytesDoNotDependOnTheNumberOfWorkers) {
  const auto bytes = [&](int jobs) {
    ExportOptions options = Options();
    options.analyzer.jobs = jobs;
    options.overwrite = true;
    ExportFeatures(options, {});
    return ReadFile(folder_.path() / "out" / "a.npy");
  };
  EXPECT_EQ(bytes(1), bytes(3));
}

TEST_F(ExportWindows, ALayoutOutOfRangeIsRefused) {
  ExportOptions options = Options();
  options.analyzer.config.features.hop_frames = 5;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ExportFeatures(options, {}); }),
              HasSubstr("features.hop_frames is 5; it must be in [1, 4]"));
}

}  // namespace
}  // namespace mestr::internal
