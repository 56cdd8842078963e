// Several videos at the same time on a part of the machine's processors.
#include <atomic>
#include <chrono>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "features/mean_v1.h"
#include "pipeline/device.h"
#include "pipeline/feature_stream.h"
#include "pipeline/video_loop.h"
#include "pipeline/window_means.h"
#include "pipeline/window_stream.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using testing::kClipFps;

// How many threads work at the same time, of those that may only with a processor.
class Working {
 public:
  class Piece {
   public:
    explicit Piece(Working& working) : working_(working) {
      const int now = ++working_.now_;
      for (int most = working_.most_; most < now;) working_.most_.compare_exchange_weak(most, now);
      // Long enough for others to come, who may not.
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
    ~Piece() { --working_.now_; }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

   private:
    Working& working_;
  };

  int most() const { return most_; }

 private:
  std::atomic<int> now_ = 0;
  std::atomic<int> most_ = 0;
};
using Piece = Working::Piece;

class WatchedFolder final : public FileSource {
 public:
  WatchedFolder(const fs::path& folder, Working& working)
      : source_(OpenFrameFolder(folder, kClipFps)),
        file_(dynamic_cast<FileSource&>(*source_)),
        working_(working) {}

  const VideoInfo& info() const override { return file_.info(); }
  void Use(const FrameUse& use) override { file_.Use(use); }
  bool Next(Frame& frame) override { return file_.Next(frame); }
  bool frames_are_independent() const override { return file_.frames_are_independent(); }
  bool NextUnfinished(Frame& frame, FrameFinish& finish) override {
    const Piece piece(working_);
    if (!file_.NextUnfinished(frame, finish)) return false;
    if (!finish) return true;
    finish = [this, rest = std::move(finish)](Frame& unfinished) {
      const Piece image(working_);
      rest(unfinished);
    };
    return true;
  }

 private:
  std::unique_ptr<FrameSource> source_;
  FileSource& file_;
  Working& working_;
};

class WatchedEngine final : public FlowEngine {
 public:
  explicit WatchedEngine(Working& working) : engine_(MakeFlowEngine({})), working_(working) {}

  void Compute(std::span<const FlowPair> pairs) override {
    const Piece piece(working_);
    engine_->Compute(pairs);
  }
  int PreferredBatch() const override { return engine_->PreferredBatch(); }
  std::string Description() const override { return engine_->Description(); }

 private:
  std::unique_ptr<FlowEngine> engine_;
  Working& working_;
};

class WatchedMeans final : public FeatureExtractor {
 public:
  explicit WatchedMeans(Working& working)
      : means_(MakeMeanV1({.frame_distance = 3, .jpeg_quality = {}, .besides = {}})),
        working_(working) {}

  const ExtractorSpec& spec() const override { return means_->spec(); }
  void Push(const AlignedFrame& frame, const RequestSink& sink) override {
    const Piece piece(working_);
    means_->Push(frame, sink);
  }
  void Restart() override { means_->Restart(); }
  void ComputeRow(const FlowRequest& request, ImageView<const float> u, ImageView<const float> v,
                  std::span<float> row) const override {
    const Piece piece(working_);
    means_->ComputeRow(request, u, v, row);
  }
  std::vector<Region> Regions(const Landmarks& landmarks) const override {
    return means_->Regions(landmarks);
  }

 private:
  std::unique_ptr<FeatureExtractor> means_;
  Working& working_;
};

class WatchedWindows final : public WindowExtractor {
 public:
  WatchedWindows(const WindowOptions& options, Working& working)
      : means_(options), working_(working) {}

  const WindowSpec& spec() const override { return means_.spec(); }
  WindowRows Compute(std::span<const cv::Mat> gray_frames) override {
    const Piece piece(working_);
    return means_.Compute(gray_frames);
  }

 private:
  testing::WindowMeans means_;
  Working& working_;
};

using Rows = std::vector<std::vector<float>>;
// The rows of one video.
using Compute = std::function<void(FrameSource& source, Rows& rows, const std::stop_token& stop)>;

class LimitedProcessors : public ::testing::TestWithParam<int>, protected VideoWork {
 protected:
  void SetUp() override {
    int frames = 18;
    for (const char* name : {"a", "b", "c"}) {
      const fs::path folder =
          testing::WriteFrameFolder(folder_.path() / name, testing::SmallClip(frames -= 2));
      videos_.push_back(
          {.path = folder, .key = {.dataset = {}, .subject = {}, .video = name}, .fps = kClipFps});
    }
  }

  // All have begun before one goes on.
  void Process(const VideoInput& input, const AnalysisObserver&,
               const std::stop_token& stop) override {
    all_begun_.arrive_and_wait();
    WatchedFolder source(input.path, working_);
    Rows rows;
    compute_(source, rows, stop);
    const std::lock_guard lock(mutex_);
    rows_[input.key.video] = std::move(rows);
  }
  void Fail(const VideoInput& input, const std::string& why) override {
    ADD_FAILURE() << input.key.video << ": " << why;
  }

  void RunAllAtOnce(RunResources& resources, Compute compute) {
    compute_ = std::move(compute);
    ForEachVideo(videos_, {}, resources, videos_.size(), *this);
  }

  static RowSink Into(Rows& rows) {
    return [&rows](const RowId&, std::span<const float> row) {
      rows.emplace_back(row.begin(), row.end());
    };
  }

  testing::TemporaryFolder folder_;
  std::vector<VideoInput> videos_;
  Working working_;
  Compute compute_;
  std::latch all_begun_{3};
  std::mutex mutex_;
  std::map<std::string, Rows> rows_;  // of each video
};

INSTANTIATE_TEST_SUITE_P(OfTheMachine, LimitedProcessors, ::testing::Values(1, 2),
                         ::testing::PrintToStringParamName());

TEST_P(LimitedProcessors, AreAllThatPairsOfSeveralVideosTake) {
  const int count = GetParam();
  FaceFinder finder(FindLandmarkModel({}));
  RunResources resources(count, /*is_limited=*/true);
  std::vector<std::unique_ptr<FlowEngine>> engines;
  for (int i = 0; i < count; ++i) engines.push_back(std::make_unique<WatchedEngine>(working_));
  FeatureStream stream(finder, std::move(engines), resources);
  RunAllAtOnce(resources, [&](FrameSource& source, Rows& rows, const std::stop_token& stop) {
    WatchedMeans extractor(working_);
    stream.Run(source, kClipFps, {}, extractor, Into(rows), stop);
  });
  EXPECT_LE(working_.most(), count);

  const auto engine = MakeFlowEngine({});
  for (const VideoInput& video : videos_) {
    const auto extractor = MakeMeanV1({.frame_distance = 3, .jpeg_quality = {}, .besides = {}});
    Rows rows;
    RunSerially(*OpenFrameFolder(video.path, kClipFps), kClipFps, {}, finder, *engine, *extractor,
                Into(rows));
    EXPECT_FALSE(rows.empty());
    EXPECT_EQ(rows_[video.key.video], rows);
  }
}

TEST_P(LimitedProcessors, AreAllThatWindowsOfSeveralVideosTake) {
  constexpr WindowLayout kLayout = {.window_frames = 4, .hop_frames = 1, .frame_step = 1};
  const int count = GetParam();
  RunResources resources(count, /*is_limited=*/true);
  const WindowExtractorKind kind = {
      testing::kWindowMeans, {2}, [this](const WindowOptions& options) {
        return std::make_unique<WatchedWindows>(options, working_);
      }};
  WindowCrew crew(kind, {kLayout, FeaturesVariant::kMended, {}}, resources.processors());
  RunAllAtOnce(resources, [&](FrameSource& source, Rows& rows, const std::stop_token& stop) {
    RunWindows(
        source, {.layout = kLayout}, resources, crew,
        [&](const ComputedWindow& window) { rows.push_back(window.rows.values); }, stop);
  });
  EXPECT_LE(working_.most(), count);

  for (const VideoInput& video : videos_) {
    RunResources others(5);
    WindowCrew five(testing::WindowMeansKind(), {kLayout, FeaturesVariant::kMended, {}},
                    others.processors());
    Rows rows;
    RunWindows(*OpenFrameFolder(video.path, kClipFps), {.layout = kLayout}, others, five,
               [&](const ComputedWindow& window) { rows.push_back(window.rows.values); }, {});
    EXPECT_FALSE(rows.empty());
    EXPECT_EQ(rows_[video.key.video], rows);
  }
}

}  // namespace
}  // namespace mestr::internal
