#include "pipeline/video_loop.h"

#include <atomic>
#include <chrono>
#include <latch>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <thread>

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr ErrorKind kOneVideosOwn[] = {ErrorKind::kInput, ErrorKind::kModel};
constexpr ErrorKind kEverybodys[] = {ErrorKind::kConfig, ErrorKind::kDevice,
                                     ErrorKind::kInvalidArgument, ErrorKind::kStopped};

std::vector<VideoInput> ThreeVideos() {
  std::vector<VideoInput> videos;
  for (const char* name : {"a", "b", "c"}) {
    videos.push_back(
        {.path = name, .key = {.dataset = {}, .subject = {}, .video = name}, .fps = {}});
  }
  return videos;
}

// Everything that happens in a loop over three videos one after another, in its order.
class Loop : public ::testing::Test, protected VideoWork {
 protected:
  Loop() {
    observer_.on_video = [this](const VideoTurn& turn) {
      happened_.push_back("video " + turn.input.key.video + " " + std::to_string(turn.index) + "/" +
                          std::to_string(turn.count));
    };
    observer_.on_video_failed = [this](const VideoInput& video, const std::string& why) {
      happened_.push_back("failed " + video.key.video + ": " + why);
    };
    observer_.on_video_done = [this](const VideoInput& video, double) {
      happened_.push_back("done " + video.key.video);
    };
  }

  void Process(const VideoInput& video, const AnalysisObserver&, const std::stop_token&) override {
    happened_.push_back("process " + video.key.video);
    if (video.key.video == "b") second_();
  }
  void Fail(const VideoInput& video, const std::string& why) override {
    happened_.push_back("fail " + video.key.video + ": " + why);
  }

  // The second video throws this.
  void RunThree(const std::function<void()>& second) {
    second_ = second;
    RunResources resources(1);
    ForEachVideo(ThreeVideos(), observer_, resources, 1, *this);
  }

  std::function<void()> second_;
  RunObserver observer_;
  std::vector<std::string> happened_;
};

TEST_F(Loop, GoesOnAfterWhatOneVideosFileOrModelFailsAt) {
  for (const ErrorKind kind : kOneVideosOwn) {
    happened_.clear();
    RunThree([&] { throw Error(kind, "why"); });
    EXPECT_THAT(happened_, ElementsAre("video a 0/3", "process a", "done a", "video b 1/3",
                                       "process b", "fail b: why", "failed b: why", "done b",
                                       "video c 2/3", "process c", "done c"));
  }
}

TEST_F(Loop, EndsWithWhatWouldGoWrongWithEveryVideo) {
  for (const ErrorKind kind : kEverybodys) {
    happened_.clear();
    EXPECT_EQ(testing::ErrorMessage(kind, [&] { RunThree([&] { throw Error(kind, "why"); }); }),
              "why");
    EXPECT_THAT(happened_,
                ElementsAre("video a 0/3", "process a", "done a", "video b 1/3", "process b"));
  }
}

TEST_F(Loop, EndsWithABug) {
  EXPECT_THROW(RunThree([] { throw std::logic_error("bug"); }), std::logic_error);
}

TEST_F(Loop, GoesOnAfterAVideoThatTheMemoryIsTooSmallFor) {
  RunThree([] { throw std::bad_alloc(); });
  EXPECT_THAT(happened_, IsSupersetOf({"fail b: b: out of memory; use fewer --jobs",
                                       "failed b: b: out of memory; use fewer --jobs", "process c",
                                       "done c"}));
}

TEST_F(Loop, TellsHowManyVideosThereAreBeforeTheFirst) {
  observer_.on_start = [this](std::size_t count) {
    happened_.push_back("start " + std::to_string(count));
  };
  RunThree([] {});
  EXPECT_EQ(happened_.at(0), "start 3");
  EXPECT_EQ(happened_.at(1), "video a 0/3");
  EXPECT_EQ(std::count(happened_.begin(), happened_.end(), "start 3"), 1);
}

TEST_F(Loop, NeedsNoObserver) {
  observer_ = {};
  RunThree([] { throw Error(ErrorKind::kInput, "why"); });
  EXPECT_THAT(happened_, ElementsAre("process a", "process b", "fail b: why", "process c"));
}

// Three videos at the same time: what each of them does, and what is told of it.
class SideBySide : public ::testing::Test, protected VideoWork {
 protected:
  SideBySide() {
    observer_.on_video = [this](const VideoTurn& turn) { told_ += turn.input.key.video + "("; };
    observer_.on_info = [this](const std::string& line) { told_ += line; };
    observer_.on_ahead = [this](const VideosAhead& ahead) {
      if (ahead == awaited_ahead_) was_told_ = true;
    };
    observer_.on_video_failed = [this](const VideoInput&, const std::string& why) { told_ += why; };
    observer_.on_video_done = [this](const VideoInput&, double) { told_ += ")"; };
  }

  void Process(const VideoInput& video, const AnalysisObserver& observer,
               const std::stop_token& stop) override {
    observer.on_info("1");
    all_begun_.arrive_and_wait();
    if (!without_frames_.contains(video.key.video)) observer.on_progress(1, 2);
    works_.at(video.key.video)(observer, stop);
    observer.on_info("2");
  }
  void Fail(const VideoInput&, const std::string&) override { ++failed_; }
  void Report(const VideoInput&) override { told_ += "r"; }

  void RunThree() { Run(ThreeVideos()); }

  void Run(const std::vector<VideoInput>& videos) {
    RunResources resources(3);
    ForEachVideo(videos, observer_, resources, 3, *this);
  }

  using Work = std::function<void(const AnalysisObserver&, const std::stop_token&)>;
  static void Nothing(const AnalysisObserver&, const std::stop_token&) {}
  static void WaitForStop(const AnalysisObserver&, const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
    throw Error(ErrorKind::kStopped, "stopped");
  }

  // Of awaited_ahead_, for ten seconds at most.
  Work WaitUntilTold() {
    return [this](const AnalysisObserver&, const std::stop_token&) {
      for (int i = 0; i < 1000 && !was_told_; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    };
  }

  RunObserver observer_;
  std::map<std::string, Work> works_ = {{"a", Nothing}, {"b", Nothing}, {"c", Nothing}};
  std::latch all_begun_{3};
  std::latch c_ended_{1};
  std::string told_;
  VideosAhead awaited_ahead_;
  std::atomic<bool> was_told_ = false;
  std::set<std::string> without_frames_;
  std::atomic<int> failed_ = 0;
};

TEST_F(SideBySide, AreToldOfInTheOrderOfTheInputsWhicheverIsReadyFirst) {
  works_["c"] = [&](const AnalysisObserver&, const std::stop_token&) { c_ended_.count_down(); };
  works_["b"] = [&](const AnalysisObserver&, const std::stop_token&) {
    c_ended_.wait();
    throw Error(ErrorKind::kInput, "bad");
  };
  works_["a"] = [&](const AnalysisObserver& observer, const std::stop_token&) {
    while (failed_ == 0) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    observer.on_progress(2, 2);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  };
  RunThree();
  EXPECT_EQ(told_, "a(12r)b(1bad)c(12r)");
  EXPECT_EQ(failed_, 1);
}

TEST_F(SideBySide, TellHowMuchOfThoseBehindIsDone) {
  awaited_ahead_ = {.computed = 2};
  works_["a"] = WaitUntilTold();
  RunThree();
  EXPECT_TRUE(was_told_);
}

TEST_F(SideBySide, TellWhichOfThoseBehindHadNothingToCompute) {
  without_frames_ = {"c"};
  awaited_ahead_ = {.computed = 1, .passed_over = 1};
  works_["a"] = WaitUntilTold();
  RunThree();
  EXPECT_TRUE(was_told_);
}

TEST_F(SideBySide, EndTogetherWithWhatWouldGoWrongWithEachOfThem) {
  works_["a"] = works_["c"] = WaitForStop;
  works_["b"] = [](const AnalysisObserver&, const std::stop_token&) {
    throw Error(ErrorKind::kConfig, "disk full");
  };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kConfig, [&] { RunThree(); }), "disk full");
  EXPECT_EQ(failed_, 0);
}

TEST_F(SideBySide, StopWhenTheyAreTold) {
  std::stop_source stop;
  observer_.stop = stop.get_token();
  works_["a"] = works_["b"] = WaitForStop;
  works_["c"] = [&](const AnalysisObserver&, const std::stop_token&) { stop.request_stop(); };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kStopped, [&] { RunThree(); }), "stopped");
}

TEST_F(SideBySide, EndWithWhatAnObserverThrows) {
  works_["a"] = works_["b"] = works_["c"] = WaitForStop;
  observer_.on_progress = [](std::int64_t, std::optional<std::int64_t>) {
    throw std::runtime_error("pipe closed");
  };
  EXPECT_THROW(RunThree(), std::runtime_error);
}

TEST_F(SideBySide, AreAllFinishedBeforeAStopThatWaitsForThem) {
  std::atomic<bool> stops = false;
  observer_.stops_after_video = [&] { return stops.load(); };
  std::vector<VideoInput> videos = ThreeVideos();
  videos.push_back({.path = "d", .key = {.dataset = {}, .subject = {}, .video = "d"}, .fps = {}});
  works_["a"] = [&](const AnalysisObserver&, const std::stop_token&) { stops = true; };
  works_["b"] = works_["c"] = [&](const AnalysisObserver&, const std::stop_token&) {
    while (!stops) std::this_thread::yield();
  };
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kStopped, [&] { Run(videos); }),
              HasSubstr("stopped before video 4 of 4"));
  EXPECT_EQ(told_, "a(12r)b(12r)c(12r)");
}

// Features that fail in every pair while they are told to.
class BreakableMeans final : public FeatureExtractor {
 public:
  BreakableMeans(const ExtractorOptions& options, const std::function<void()>& breakage)
      : means_(options), breakage_(breakage) {}

  const ExtractorSpec& spec() const override { return means_.spec(); }
  void Push(const AlignedFrame& frame, const RequestSink& sink) override {
    means_.Push(frame, sink);
  }
  void Restart() override { means_.Restart(); }
  void ComputeRow(const FlowRequest& request, ImageView<const float> u, ImageView<const float> v,
                  std::span<float> row) const override {
    if (breakage_) breakage_();
    means_.ComputeRow(request, u, v, row);
  }
  std::vector<Region> Regions(const Landmarks& landmarks) const override {
    return means_.Regions(landmarks);
  }

 private:
  testing::FlowMeans means_;
  const std::function<void()>& breakage_;
};

// `run` and `features` over the videos a, b and c, of which b fails.
class Commands : public ::testing::Test {
 protected:
  struct Result {
    std::size_t failed = 0;
    std::vector<std::string> why;
    std::vector<std::string> done;
  };

  void SetUp() override {
    for (const char* name : {"a", "b", "c"}) {
      clips_.push_back(testing::WriteFrameFolder(folder_.path() / name, testing::SmallClip(6)));
    }
  }

  AnalyzerOptions Breakable() {
    AnalyzerOptions options = testing::ToyAnalyzer("toy");
    options.jobs = 1;  // the breakage is that of the video in hand
    options.extractors = {{testing::kFlowMeans, [this](const ExtractorOptions& extractor) {
                             return std::make_unique<BreakableMeans>(extractor, breakage_);
                           }}};
    return options;
  }

  // Tells `result`, and breaks the features of b.
  RunObserver Observer(Result& result, const std::function<void()>& breakage) {
    RunObserver observer;
    observer.on_video = [this, breakage](const VideoTurn& turn) {
      breakage_ = turn.input.key.video == "b" ? breakage : nullptr;
    };
    observer.on_video_failed = [&](const VideoInput& video, const std::string& why) {
      result.why.push_back(video.key.video + ": " + why);
    };
    observer.on_video_done = [&](const VideoInput& video, double) {
      result.done.push_back(video.key.video);
    };
    observer.on_warning = [this](const std::string& line) { warnings_.push_back(line); };
    return observer;
  }

  Result Run(const std::function<void()>& breakage) {
    Result result;
    RunOptions options = testing::OptionsFor(clips_, folder_.path() / "run");
    options.analyzer = Breakable();
    fs::remove_all(options.output);
    for (const auto& video : RunVideos(options, Observer(result, breakage)).videos) {
      result.failed += video.error ? 1 : 0;
    }
    return result;
  }

  Result Features(const std::function<void()>& breakage) {
    Result result;
    const RunOptions run = testing::OptionsFor(clips_, folder_.path() / "features");
    ExportOptions options;
    options.analyzer = Breakable();
    options.inputs = run.inputs;
    options.fps = run.fps;
    options.output = run.output;
    fs::remove_all(options.output);
    const ExportSummary summary = ExportFeatures(options, Observer(result, breakage));
    EXPECT_EQ(summary.written + summary.failed, 3U);
    result.failed = summary.failed;
    return result;
  }

  testing::TemporaryFolder folder_;
  std::vector<fs::path> clips_;
  std::vector<std::string> warnings_;
  std::function<void()> breakage_;  // read by workers while a video is computed
};

TEST_F(Commands, GoOnAfterAFailureOfOneVideosOwn) {
  for (const ErrorKind kind : kOneVideosOwn) {
    const auto breakage = [kind] { throw Error(kind, "why"); };
    for (const Result& result : {Run(breakage), Features(breakage)}) {
      EXPECT_EQ(result.failed, 1U);
      EXPECT_THAT(result.why, ElementsAre("b: why"));
      EXPECT_THAT(result.done, ElementsAre("a", "b", "c"));
    }
  }
}

TEST_F(Commands, GoOnAfterAnExceptionOfAnotherLibrary) {
  const auto breakage = [] { throw std::out_of_range("library says no"); };
  for (const Result& result : {Run(breakage), Features(breakage)}) {
    EXPECT_EQ(result.failed, 1U);
    EXPECT_THAT(result.why, ElementsAre(HasSubstr("library says no")));
    EXPECT_THAT(result.done, ElementsAre("a", "b", "c"));
  }
}

TEST_F(Commands, EndWithAFailureThatEveryVideoWouldHave) {
  for (const ErrorKind kind : kEverybodys) {
    const auto breakage = [kind] { throw Error(kind, "why"); };
    EXPECT_EQ(testing::ErrorMessage(kind, [&] { Run(breakage); }), "why");
    EXPECT_EQ(testing::ErrorMessage(kind, [&] { Features(breakage); }), "why");
  }
}

TEST_F(Commands, RunKeepsWhatIsFinishedWhenItEnds) {
  for (const ErrorKind kind : kEverybodys) {
    warnings_.clear();
    testing::ErrorMessage(kind, [&] { Run([kind] { throw Error(kind, "why"); }); });
    const fs::path out = folder_.path() / "run";
    const auto record = testing::ReadJson(out / "run.json");
    EXPECT_EQ(record.at("status"), "incomplete");
    EXPECT_EQ(record.at("error"), "why");
    ASSERT_EQ(record.at("videos").size(), 3U);
    EXPECT_EQ(record.at("videos")[0].at("file"), "videos/a.json");
    EXPECT_EQ(record.at("videos")[0].at("ok"), true);
    for (const int open : {1, 2}) EXPECT_FALSE(record.at("videos")[open].contains("ok"));
    EXPECT_TRUE(fs::exists(out / "videos" / "a.json"));
    EXPECT_TRUE(fs::exists(out / "predictions.csv"));
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("1 of 3 videos finished before")));
  }
}

}  // namespace
}  // namespace mestr::internal
