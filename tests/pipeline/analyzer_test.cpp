#include "mestr/pipeline/analyzer.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/submission/predictions.h"
#include "pipeline/run.h"
#include "pipeline/small_run.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kClipFps;
using testing::SmallAnalyzer;
using testing::SmallClip;
using testing::SyntheticSource;

const VideoKey kVideo{.dataset = {}, .subject = {}, .video = "clip"};

void ExpectSameResults(const Analysis& actual, const Analysis& expected) {
  EXPECT_EQ(actual.scores.spot, expected.scores.spot);
  EXPECT_EQ(actual.scores.probabilities, expected.scores.probabilities);
  EXPECT_EQ(actual.scores.valid, expected.scores.valid);
  EXPECT_EQ(actual.spotting.smoothed, expected.spotting.smoothed);
  EXPECT_EQ(actual.spotting.threshold, expected.spotting.threshold);
  ASSERT_EQ(actual.spotting.intervals.size(), expected.spotting.intervals.size());
  for (std::size_t i = 0; i < expected.spotting.intervals.size(); ++i) {
    EXPECT_EQ(actual.spotting.intervals[i].interval, expected.spotting.intervals[i].interval);
    EXPECT_EQ(actual.spotting.intervals[i].score, expected.spotting.intervals[i].score);
  }
}

// One analyzer for all tests of the suite: it is kept from video to video.
class Analyses : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { analyzer_ = std::make_unique<Analyzer>(SmallAnalyzer()); }
  static void TearDownTestSuite() { analyzer_.reset(); }

  static Analysis Analyze(int frames, const AnalysisObserver& observer = {},
                          const std::stop_token& stop = {}) {
    SyntheticSource source(SmallClip(frames));
    return analyzer_->Analyze(source, kVideo, observer, stop);
  }

  fs::path WriteClip(int frames) const {
    return testing::WriteFrameFolder(folder_.path() / "clip", SmallClip(frames));
  }

  static std::unique_ptr<Analyzer> analyzer_;
  testing::TemporaryFolder folder_;
};
std::unique_ptr<Analyzer> Analyses::analyzer_;

// What the detector said of the first frame of a video of this data set.
double ConfidenceOf(const std::string& dataset, AlignmentMode alignment,
                    DetectorChannels channels) {
  AnalyzerOptions options = SmallAnalyzer();
  options.config.face.alignment = alignment;
  options.config.face.detector_channels = channels;
  options.config.face.min_stretch_s = 0;
  SyntheticSource source(SmallClip(6));
  const VideoKey video{.dataset = dataset, .subject = "1", .video = "clip"};
  return Analyzer(options).Analyze(source, video).stretches.front().confidence;
}

TEST(DetectorChannelsOfAVideo, AreThePublishedOnesForADataSetsCropsAlone) {
  using Mode = AlignmentMode;
  using Channels = DetectorChannels;
  const double rgb = ConfidenceOf("", Mode::kCrop, Channels::kRgb);
  const double bgr = ConfidenceOf("", Mode::kCrop, Channels::kBgr);
  ASSERT_NE(rgb, bgr);
  EXPECT_EQ(ConfidenceOf("cas", Mode::kCrop, Channels::kAuto), bgr);
  EXPECT_EQ(ConfidenceOf("", Mode::kCrop, Channels::kAuto), rgb);
  EXPECT_EQ(ConfidenceOf("unknown", Mode::kCrop, Channels::kAuto), rgb);
  EXPECT_EQ(ConfidenceOf("cas", Mode::kSimilarity, Channels::kAuto), rgb);
  EXPECT_EQ(ConfidenceOf("cas", Mode::kCrop, Channels::kRgb), rgb);
}

void ExpectVideoFileOf(const Analysis& analysis, const nlohmann::json& file) {
  EXPECT_EQ(file.at("frames"), analysis.frames);
  EXPECT_EQ(file.at("fps"), analysis.fps);
  EXPECT_EQ(file.at("first_scored_frame"), analysis.scores.first_frame + 1);
  EXPECT_EQ(file.at("scores").get<std::vector<float>>(), analysis.scores.spot);
  EXPECT_EQ(file.at("smoothed").get<std::vector<double>>(), analysis.spotting.smoothed);
  EXPECT_EQ(file.at("threshold").get<double>(), analysis.spotting.threshold);
  EXPECT_EQ(file.at("classes").get<std::vector<std::string>>(), analysis.classes);
  EXPECT_EQ(file.at("model").at("sha256"), analysis.model_sha256);
  ASSERT_EQ(file.at("probabilities").size(), analysis.scores.size());
  for (std::size_t i = 0; i < analysis.scores.size(); ++i) {
    const auto row = file.at("probabilities")[i].get<std::vector<float>>();
    EXPECT_THAT(row, ::testing::ElementsAreArray(analysis.scores.ProbabilitiesAt(i)));
  }
  ASSERT_EQ(file.at("intervals").size(), analysis.spotting.intervals.size());
  for (std::size_t i = 0; i < analysis.spotting.intervals.size(); ++i) {
    const SpottedInterval& found = analysis.spotting.intervals[i];
    const auto& interval = file.at("intervals")[i];
    EXPECT_EQ(interval.at("onset"), found.interval.onset + 1);
    EXPECT_EQ(interval.at("peak"), found.peak + 1);
    EXPECT_EQ(interval.at("offset"), found.interval.offset + 1);
    EXPECT_EQ(interval.at("emotion"), analysis.classes.at(found.class_index));
    EXPECT_NEAR(interval.at("probability"), found.probability, 1e-6);
    EXPECT_NEAR(interval.at("score"), found.score, 1e-6);
  }
}

void ExpectPredictionsOf(const Analysis& analysis, const std::vector<Prediction>& predictions) {
  ASSERT_EQ(predictions.size(), analysis.spotting.intervals.size());
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const SpottedInterval& found = analysis.spotting.intervals[i];
    EXPECT_EQ(predictions[i].video, analysis.video);
    EXPECT_EQ(predictions[i].interval, found.interval);
    EXPECT_EQ(predictions[i].apex, found.peak);
    EXPECT_EQ(predictions[i].emotion, analysis.classes.at(found.class_index));
    EXPECT_NEAR(*predictions[i].onset_s, analysis.frame_times_s.at(found.interval.onset), 1e-6);
  }
}

TEST_F(Analyses, GiveInMemoryWhatARunWritesToItsFiles) {
  const fs::path clip = testing::WriteFrameFolder(folder_.path() / "clip", testing::ClearClip());
  const fs::path out = folder_.path() / "out";
  RunOptions run = testing::OptionsFor({clip}, out);
  run.analyzer = testing::DemoAnalyzer();
  RunVideos(run, {});
  const Analysis analysis = Analyzer(testing::DemoAnalyzer()).Analyze(clip, kClipFps);
  ASSERT_FALSE(analysis.spotting.intervals.empty());
  ExpectVideoFileOf(analysis, testing::ReadJson(out / "videos" / "clip.json"));
  ExpectPredictionsOf(analysis, ReadPredictions({out}));
}

TEST_F(Analyses, GiveTheSameBytesForAnyNumberOfWorkers) {
  const auto with_jobs = [](int jobs) {
    AnalyzerOptions options = testing::DemoAnalyzer();
    options.jobs = jobs;
    SyntheticSource source(testing::ClearClip());
    return Analyzer(options).Analyze(source, kVideo);
  };
  const Analysis one = with_jobs(1);
  EXPECT_EQ(one.scores.size(), 57U);
  EXPECT_FALSE(one.spotting.intervals.empty());
  ExpectSameResults(with_jobs(3), one);
}

TEST_F(Analyses, TellWhatIsKnownOfTheVideo) {
  SyntheticSource source(SmallClip(20), /*empty_frames_first=*/4);
  const Analysis analysis = analyzer_->Analyze(source, kVideo);
  EXPECT_EQ(analysis.video, kVideo);
  EXPECT_EQ(analysis.info.width, 320);
  EXPECT_EQ(analysis.fps, kClipFps);
  EXPECT_EQ(analysis.frames, 24);
  EXPECT_EQ(analysis.frame_times_s.size(), 24U);
  EXPECT_EQ(analysis.stretches.front().first_frame, 4);
  EXPECT_EQ(analysis.rows, 17);
  EXPECT_EQ(analysis.scores.first_frame, 4);
  EXPECT_EQ(analysis.scores.frames, 24);
  EXPECT_EQ(analysis.scores.size(), 17U);
  EXPECT_EQ(analysis.regions.size(), 2U);
  EXPECT_EQ(analysis.model_name, "tiny");
  EXPECT_THAT(
      analysis.warnings,
      ElementsAre("a face is in frames 5 to 24 (0.13 to 0.77 s); the other 4 of 24 frames are "
                  "left out"));
  EXPECT_GT(analysis.wall_s, 0);
  EXPECT_GT(analysis.seconds.flow_s, 0);
}

TEST_F(Analyses, TellTheObserverFromTheCallingThread) {
  const auto here = std::this_thread::get_id();
  std::vector<std::string> lines;
  std::vector<std::int64_t> done;
  AnalysisObserver observer;
  observer.on_info = [&](const std::string& line) { lines.push_back(line); };
  observer.on_progress = [&](std::int64_t frames_done, std::optional<std::int64_t> expected) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    EXPECT_EQ(expected, 10);
    done.push_back(frames_done);
  };
  Analyze(10, observer);
  EXPECT_THAT(lines, ElementsAre("k = 3, k_p = 6 frames (from the model tiny)"));
  EXPECT_EQ(done.size(), 8U);  // after each of 7 rows, and at the end
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_GE(done.front(), 3);  // the first row needs them
  EXPECT_EQ(done.back(), 10);
}

TEST_F(Analyses, StopBeforeTheirBeginningWhereAsked) {
  const Analysis before = Analyze(12);
  std::stop_source stop;
  stop.request_stop();
  std::int64_t rows = 0;
  AnalysisObserver observer;
  observer.on_progress = [&](std::int64_t, std::optional<std::int64_t>) { ++rows; };
  testing::ErrorMessage(ErrorKind::kStopped, [&] { Analyze(12, observer, stop.get_token()); });
  EXPECT_EQ(rows, 0);
  ExpectSameResults(Analyze(12), before);
}

TEST_F(Analyses, StopAtTheRowWhereTheObserverAsks) {
  const Analysis before = Analyze(60);
  std::stop_source stop;
  std::int64_t rows = 0;
  AnalysisObserver observer;
  observer.on_progress = [&](std::int64_t, std::optional<std::int64_t>) {
    if (++rows == 5) stop.request_stop();
  };
  testing::ErrorMessage(ErrorKind::kStopped, [&] { Analyze(60, observer, stop.get_token()); });
  EXPECT_EQ(rows, 5);
  ExpectSameResults(Analyze(60), before);
}

TEST_F(Analyses, StopWhileRowsAreExtracted) {
  std::stop_source stop;
  SyntheticSource source(SmallClip(30));
  const RowSink stop_at_the_third = [&](const RowId& id, std::span<const float>) {
    if (id.index == 2) stop.request_stop();
  };
  testing::ErrorMessage(ErrorKind::kStopped, [&] {
    analyzer_->ExtractRows(source, kVideo, {}, stop_at_the_third, {}, stop.get_token());
  });
}

// Frames that were there before.
class MemorySource : public FrameSource {
 public:
  explicit MemorySource(std::vector<cv::Mat> images, double fps = kClipFps)
      : images_(std::move(images)) {
    info_.width = images_.front().cols;
    info_.height = images_.front().rows;
    info_.fps = fps;
  }
  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override {
    if (next_ == images_.size()) return false;
    frame.image_bgr = images_[next_].clone();
    frame.index = static_cast<std::int64_t>(next_++);
    frame.time_s = static_cast<double>(frame.index) / kClipFps;
    return true;
  }

 private:
  std::vector<cv::Mat> images_;
  VideoInfo info_;
  std::size_t next_ = 0;
};

TEST_F(Analyses, TakeFramesFromMemory) {
  const testing::SyntheticVideo video = SmallClip(20);
  std::vector<cv::Mat> images;
  for (std::int64_t i = 0; i < video.frames(); ++i) images.push_back(video.FrameAt(i));
  MemorySource source(std::move(images));
  AnalysisObserver observer;
  observer.on_progress = [&](std::int64_t, std::optional<std::int64_t> expected) {
    EXPECT_EQ(expected, std::nullopt);  // no length announced
  };
  const Analysis analysis = analyzer_->Analyze(source, kVideo, observer);
  ExpectSameResults(analysis, analyzer_->Analyze(WriteClip(20), kClipFps));
}

// A camera that is unplugged after so many frames.
class UnpluggedSource : public SyntheticSource {
 public:
  UnpluggedSource(const testing::SyntheticVideo& video, int frames)
      : SyntheticSource(video), frames_(frames) {}
  bool Next(Frame& frame) override {
    if (frames_-- == 0) throw std::runtime_error("  camera lost\nat usb 3");
    return SyntheticSource::Next(frame);
  }

 private:
  int frames_;
};

TEST_F(Analyses, TranslateWhatASourceOfOnesOwnThrows) {
  for (const int frames : {0, 9}) {
    UnpluggedSource source(SmallClip(20), frames);
    EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput, [&] { analyzer_->Analyze(source, kVideo); }),
              "reading frames failed: camera lost");
  }
  EXPECT_EQ(Analyze(12).rows, 9);
}

TEST_F(Analyses, NameAVideoWithoutAFrameRate) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { analyzer_->Analyze(WriteClip(4)); }),
              HasSubstr("frame rate is unknown"));
}

TEST_F(Analyses, ExtractRowsWithoutANetwork) {
  AnalyzerOptions options = SmallAnalyzer();
  options.config.model.files = {{folder_.path() / "missing.pt"}};
  Analyzer analyzer(options);
  SyntheticSource source(SmallClip(20));
  std::int64_t rows = 0;
  std::vector<FramePair> besides;
  const Analysis analysis = analyzer.ExtractRows(
      source, kVideo, {{2, 12}, {15, 25}}, [&](const RowId& id, std::span<const float> row) {
        EXPECT_EQ(row.size(), analyzer.RowSpec().RowValues());
        id.index ? void(++rows) : besides.push_back(id.frames);
      });
  EXPECT_EQ(rows, 17);
  EXPECT_THAT(besides, ElementsAre(FramePair{2, 12}));  // frame 25 does not exist
  EXPECT_EQ(analysis.rows, 17);
  EXPECT_EQ(analysis.parameters.k_frames, 3);
  EXPECT_EQ(analysis.scores.size(), 0U);
  EXPECT_THAT(analysis.spotting.intervals, IsEmpty());
  EXPECT_THAT(analysis.classes, IsEmpty());
  EXPECT_THAT(analysis.model_name, IsEmpty());
  EXPECT_THAT(analyzer.models(), IsEmpty());
}

TEST_F(Analyses, GiveAFileTheNameThatARunGivesIt) {
  EXPECT_EQ(analyzer_->Analyze(WriteClip(8), kClipFps).video, kVideo);
  const std::filesystem::path dotted = folder_.path() / "take.1";
  std::filesystem::rename(WriteClip(8), dotted);
  EXPECT_EQ(analyzer_->Analyze(dotted, kClipFps).video.video, "take.1");
  EXPECT_EQ(analyzer_->Analyze(dotted / "", kClipFps).video.video, "take.1");
}

TEST_F(Analyses, TakeOneVideoAtATime) {
  const std::filesystem::path videos = folder_.path() / "videos";
  std::filesystem::create_directory(videos);
  for (const char* name : {"a.mp4", "b.mp4"}) WriteFileAtomically(videos / name, "x");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { analyzer_->Analyze(videos); }),
              HasSubstr("is 2 videos"));
}

TEST_F(Analyses, RefuseAFrameRateThatIsNone) {
  for (const double fps : {0.0, -30.0, std::nan("")}) {
    MemorySource source({SmallClip(1).FrameAt(0)}, fps);
    EXPECT_THAT(
        testing::ErrorMessage(ErrorKind::kInput, [&] { analyzer_->Analyze(source, kVideo); }),
        HasSubstr("its frame rate is "));
  }
}

}  // namespace
}  // namespace mestr::internal
