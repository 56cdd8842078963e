// Several videos at the same time: the same bytes as one after another.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <semaphore>

#include "core/files.h"
#include "pipeline/export_features.h"
#include "pipeline/run.h"
#include "pipeline/small_run.h"
#include "pipeline/window_means.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

// What a folder holds, without times.
std::map<std::string, std::string> ContentOf(const fs::path& folder) {
  std::map<std::string, std::string> content;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    content[entry.path().lexically_relative(folder).string()] = ReadFile(entry.path());
  }
  if (content.contains("run.json")) {
    Json run = Json::parse(content["run.json"]);
    for (const char* key : {"wall_seconds", "jobs"}) run.erase(key);
    for (Json& video : run["videos"]) {
      for (const char* key : {"wall_seconds", "seconds", "cpu_seconds"}) video.erase(key);
    }
    content["run.json"] = run.dump();
  }
  return content;
}

void ExpectSame(const std::map<std::string, std::string>& content,
                const std::map<std::string, std::string>& expected) {
  EXPECT_EQ(content.size(), expected.size());
  for (const auto& [file, text] : expected) {
    EXPECT_TRUE(content.contains(file) && content.at(file) == text) << file;
  }
}

// Six videos: of different lengths, one too short, one with a damaged frame.
class ManyVideos : public ::testing::Test {
 protected:
  void SetUp() override {
    int frames = 20;
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
      clips_.push_back(testing::WriteFrameFolder(folder_.path() / "clips" / name,
                                                 testing::SmallClip(frames -= 2)));
    }
    clips_[1] =
        testing::WriteFrameFolder(folder_.path() / "clips" / "short", testing::SmallClip(2));
    damaged_ = clips_[3] / "img6.png";
    ASSERT_TRUE(fs::exists(damaged_));
    fs::resize_file(damaged_, fs::file_size(damaged_) / 2);
    fs::resize_file(clips_[3] / "img9.png", 100);  // the first one is told
  }

  fs::path Out(int jobs) const { return folder_.path() / ("out" + std::to_string(jobs)); }

  // Results, and what was told, of a run with so many jobs.
  std::map<std::string, std::string> Run(RunOptions options, int jobs) {
    options.analyzer.jobs = jobs;
    options.output = Out(jobs);
    fs::remove_all(options.output);
    const RunSummary summary = RunVideos(options, Observer());
    std::map<std::string, std::string> content = ContentOf(options.output);
    for (const VideoOutcome& video : summary.videos) {
      content["summary"] += video.input.key.video + " " + video.error.value_or("ok") + "\n";
    }
    content["told"] = std::exchange(told_, "");
    return content;
  }

  RunObserver Observer() {
    RunObserver observer;
    observer.on_video = [this](const VideoTurn& turn) { Tell(turn.input.key.video + ":"); };
    observer.on_info = [this](const std::string& line) { Tell(line); };
    observer.on_warning = observer.on_info;
    observer.on_video_failed = [this](const VideoInput&, const std::string& why) { Tell(why); };
    observer.on_video_done = [this](const VideoInput&, double) { Tell("done"); };
    return observer;
  }

  void Tell(const std::string& line) { told_ += line + "\n"; }

  testing::TemporaryFolder folder_;
  std::vector<fs::path> clips_;
  fs::path damaged_;
  std::string told_;
};

TEST_F(ManyVideos, HaveTheSameResultsForAnyNumberOfJobs) {
  const auto one = Run(testing::OptionsFor(clips_, {}), 1);
  EXPECT_THAT(one.at("summary"), AllOf(HasSubstr("a ok"), HasSubstr("short too short"),
                                       HasSubstr("d " + damaged_.string()), HasSubstr("f ok")));
  EXPECT_TRUE(one.contains("videos/f.json"));
  for (const int jobs : {2, 5}) ExpectSame(Run(testing::OptionsFor(clips_, {}), jobs), one);
}

TEST_F(ManyVideos, HaveTheSameResultsWithSimilarityAlignment) {
  RunOptions options = testing::OptionsFor(clips_, {});
  options.analyzer.config.face.alignment = AlignmentMode::kSimilarity;
  options.analyzer.config.face.min_stretch_s = 0;
  const auto one = Run(options, 1);
  EXPECT_TRUE(one.contains("videos/f_frames.csv"));
  ExpectSame(Run(options, 5), one);
}

TEST_F(ManyVideos, HaveTheSameResultsWithWindows) {
  RunOptions options = testing::OptionsFor(clips_, {});
  options.analyzer = testing::WindowAnalyzerOptions("toy_window");
  const auto one = Run(options, 1);
  EXPECT_TRUE(one.contains("videos/a.json"));
  ExpectSame(Run(options, 5), one);
}

TEST_F(ManyVideos, HaveTheSameFeatures) {
  const auto features = [&](int jobs) {
    ExportOptions options = testing::ExportOptionsFor(clips_, Out(jobs));
    options.analyzer.jobs = jobs;
    ExportFeatures(options, Observer());
    auto content = ContentOf(Out(jobs));
    content["told"] = std::exchange(told_, "");
    return content;
  };
  const auto one = features(1);
  EXPECT_TRUE(one.contains("f.npy"));
  ExpectSame(features(5), one);
}

// Each is written when it is through, and the same command goes on with the others.
TEST_F(ManyVideos, GoOnWhereTheyWereStopped) {
  RunOptions options = testing::OptionsFor(clips_, {});
  options.analyzer.jobs = 3;
  options.output = Out(3);
  const auto whole = Run(options, 1);
  RunObserver observer = Observer();
  std::stop_source stop;
  observer.on_progress = [&](std::int64_t, std::optional<std::int64_t>) { stop.request_stop(); };
  observer.stop = stop.get_token();
  testing::ErrorMessage(ErrorKind::kStopped, [&] { RunVideos(options, observer); });
  const auto record = testing::ReadJson(Out(3) / "run.json");
  EXPECT_NE(record.at("status"), "complete");
  for (const auto& video : record.at("videos")) {
    const bool ok = video.value("ok", false);
    EXPECT_EQ(fs::exists(Out(3) / video.value("file", "none")), ok) << video;
  }
  RunVideos(options, {});
  for (const char* file : {"predictions.csv", "videos/a.json", "videos/f.json"}) {
    EXPECT_EQ(ReadFile(Out(3) / file), whole.at(file)) << file;
  }
}

// The window that is computed, told by who shows it: each video is of one brightness.
class WatchedWindows final : public WindowExtractor {
 public:
  using Watch = std::function<void(int brightness)>;

  WatchedWindows(const WindowOptions& options, const Watch& watch)
      : means_(options), watch_(watch) {}

  const WindowSpec& spec() const override { return means_.spec(); }
  WindowRows Compute(std::span<const cv::Mat> gray_frames) override {
    watch_(gray_frames.front().at<unsigned char>(0, 0));
    return means_.Compute(gray_frames);
  }

 private:
  testing::WindowMeans means_;
  const Watch& watch_;
};

constexpr int kBrightness[] = {60, 120, 180};

class ManyWindows : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const int brightness : kBrightness) {
      const fs::path& video = videos_.emplace_back(folder_.path() / std::to_string(brightness));
      fs::create_directories(video);
      const cv::Mat image(32, 48, CV_8UC3, cv::Scalar::all(brightness));
      for (int i = 1; i <= 40; ++i) {
        cv::imwrite((video / (std::to_string(i) + ".png")).string(), image);
      }
    }
  }

  // Whether windows of the second video are computed before the first's are, of which one waits so
  // long.
  bool SecondOvertakesTheFirst(StitchRule stitch, std::chrono::milliseconds patience) const {
    std::atomic<bool> is_first = true;
    std::atomic<bool> was_overtaken = false;
    std::counting_semaphore<> second_video(0);
    const WatchedWindows::Watch watch = [&](int brightness) {
      if (brightness == kBrightness[1]) second_video.release();
      if (is_first.exchange(false)) was_overtaken = second_video.try_acquire_for(patience);
    };
    RunOptions options = testing::OptionsFor(videos_, folder_.path() / "out");
    options.analyzer = testing::WindowAnalyzerOptions("toy_window", /*jobs=*/3);
    options.analyzer.config.spot.stitch = stitch;
    options.analyzer.window_extractors = {
        {testing::kWindowMeans, {2}, [&watch](const WindowOptions& window) {
           return std::make_unique<WatchedWindows>(window, watch);
         }}};
    const RunSummary summary = RunVideos(options, {});
    EXPECT_EQ(summary.videos.size(), 3U);
    for (const VideoOutcome& video : summary.videos) EXPECT_FALSE(video.error) << *video.error;
    return was_overtaken;
  }

  testing::TemporaryFolder folder_;
  std::vector<fs::path> videos_;
};

TEST_F(ManyWindows, AreThoseOfSeveralVideosWhereEachIsStitchedByItself) {
  EXPECT_TRUE(SecondOvertakesTheFirst(StitchRule::kVideo, std::chrono::minutes(1)));
}

// Batches of a subject's videos go on from one to the next.
TEST_F(ManyWindows, AreThoseOfOneVideoAtATimeWhereTheyAreStitchedAsPublished) {
  EXPECT_FALSE(SecondOvertakesTheFirst(StitchRule::kPublished, std::chrono::milliseconds(200)));
}

}  // namespace
}  // namespace mestr::internal
