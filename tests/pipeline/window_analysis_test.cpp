// From videos to intervals with a network of windows, through the public headers.
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "pipeline/window_means.h"
#include "support/test_support.h"

namespace mestr {
namespace {

using testing::Blinking;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kNoFace;
using testing::Pattern;
using testing::PatternSource;
using testing::WindowAnalyzerOptions;
using testing::WindowMeans;

constexpr VideoKey kClip = {};

Analysis Analyze(const Pattern& pattern, const AnalyzerOptions& options) {
  PatternSource source(pattern);
  return Analyzer(options).Analyze(source, kClip);
}

Analysis Analyze(const Pattern& pattern) {
  return Analyze(pattern, WindowAnalyzerOptions("toy_window"));
}

std::string Refusal(const Pattern& pattern, const AnalyzerOptions& options,
                    ErrorKind kind = ErrorKind::kInput) {
  return testing::ErrorMessage(kind, [&] { Analyze(pattern, options); });
}

// Used frames of the pattern whose windows of 8 begin there, as toy_window scores them
// (tests/model/make_toy_model.py).
std::vector<float> ScoresOfWindow(const Pattern& pattern, std::int64_t first) {
  PatternSource source(pattern);
  source.Use({.step = 2, .gray = true});
  std::vector<cv::Mat> frames;
  Frame frame;
  while (source.Next(frame)) {
    const std::int64_t used = frame.index / 2;
    if (frame.index % 2 != 0 || used < first || used >= first + 8) continue;
    cv::Mat gray;
    cv::extractChannel(frame.image_bgr, gray, 0);
    frames.push_back(gray);
  }
  const WindowRows rows = WindowMeans(WindowOptions{}).Compute(frames);
  std::vector<float> scores;
  double sum = 0;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    sum += (rows.values[2 * t] + rows.values[2 * t + 1]) / 2;
    scores.push_back(static_cast<float>(1 / (1 + std::exp(-4 * sum / (t + 1.0)))));
  }
  return scores;
}

void ExpectScores(const Analysis& analysis, std::int64_t at, const std::vector<float>& window,
                  std::size_t from, std::size_t to) {
  for (std::size_t t = from; t < to; ++t) {
    EXPECT_NEAR(analysis.scores.spot.at(at + t), window[t], 1e-6) << at << " " << t;
  }
}

TEST(WindowAnalysis, StitchesTheScoresOfEachWindow) {
  const Pattern pattern{.brightness = Blinking(27)};  // 14 used frames: windows at 0, 4 and 6
  const Analysis analysis = Analyze(pattern);
  EXPECT_EQ(analysis.frames, 27);
  EXPECT_EQ(analysis.scores.frame_step, 2);
  ASSERT_EQ(analysis.scores.size(), 14U);
  ExpectScores(analysis, 0, ScoresOfWindow(pattern, 0), 0, 8);
  ExpectScores(analysis, 4, ScoresOfWindow(pattern, 4), 4, 8);
  ExpectScores(analysis, 6, ScoresOfWindow(pattern, 6), 6, 8);
  EXPECT_EQ(analysis.windows->count, 3);
  EXPECT_EQ(analysis.rows, 14);
  EXPECT_THAT(analysis.warnings, IsEmpty());
}

TEST(WindowAnalysis, PublishedLosesTheLastFramesAndSaysSo) {
  AnalyzerOptions options = WindowAnalyzerOptions("toy_window");
  options.config.spot.stitch = StitchRule::kPublished;
  const Analysis analysis = Analyze({.brightness = Blinking(27)}, options);
  EXPECT_EQ(analysis.scores.size(), 12U);
  EXPECT_EQ(analysis.windows->count, 2);
  EXPECT_EQ(analysis.FramesNotJudged(), 3);
  EXPECT_EQ(analysis.FirstJudged().ended_by, FaceCause::kVideoEnd);
  EXPECT_THAT(analysis.warnings, Contains(HasSubstr("the other 3 of 27 frames are left out")));
}

TEST(WindowAnalysis, PublishedBatchesGoOnThroughASubjectsVideos) {
  AnalyzerOptions options = WindowAnalyzerOptions("toy_window");
  options.config.spot.stitch = StitchRule::kPublished;
  Analyzer analyzer(options);
  const auto first_score = [&](const std::string& subject) {
    PatternSource source({.brightness = Blinking(40)});
    const VideoKey video{.dataset = {}, .subject = subject, .video = "a"};
    return analyzer.Analyze(source, video).scores.spot.front();
  };
  EXPECT_GT(first_score("1"), 0);
  EXPECT_EQ(first_score("1"), 0);
  EXPECT_GT(first_score("2"), 0);
}

TEST(WindowAnalysis, FindsWhatIsBrightAndNamesIt) {
  const Analysis analysis = Analyze({.brightness = Blinking(60)});
  ASSERT_FALSE(analysis.spotting.intervals.empty());
  EXPECT_EQ(analysis.spotting.rule, SpotRule::kPlain);
  for (const SpottedInterval& found : analysis.spotting.intervals) {
    EXPECT_EQ(found.interval.onset % 2, 0);
    EXPECT_LT(found.interval.offset, 60);
    EXPECT_THAT(analysis.classes.at(found.class_index), ::testing::AnyOf("negative", "positive"));
  }
  ASSERT_EQ(analysis.stretches.size(), 1U);
  EXPECT_EQ(analysis.FirstJudged().first_frame, 0);
  EXPECT_EQ(analysis.FirstJudged().end_frame, 60);
  EXPECT_EQ(analysis.FirstJudged().box, cv::Rect(12, 8, 24, 16));
  EXPECT_EQ(analysis.FirstJudged().ended_by, FaceCause::kVideoEnd);
}

TEST(WindowAnalysis, BoundsNameTheIntervals) {
  AnalyzerOptions options = WindowAnalyzerOptions("toy_bounds");
  options.config.spot.p = 0.55;
  const Analysis analysis = Analyze({.brightness = Blinking(60)}, options);
  ASSERT_FALSE(analysis.spotting.intervals.empty());
  for (const SpottedInterval& found : analysis.spotting.intervals) {
    EXPECT_EQ(found.interval.onset, std::max<std::int64_t>(0, found.peak - 2));
    EXPECT_EQ(found.interval.offset, std::min<std::int64_t>(58, found.peak + 4));
  }
}

TEST(WindowAnalysis, HasTheSameBytesWhateverTheNumberOfWorkers) {
  const Pattern pattern{.brightness = Blinking(160)};
  const Analysis one = Analyze(pattern, WindowAnalyzerOptions("toy_window", 1));
  const Analysis five = Analyze(pattern, WindowAnalyzerOptions("toy_window", 5));
  EXPECT_EQ(one.scores.spot, five.scores.spot);
  EXPECT_EQ(one.scores.probabilities, five.scores.probabilities);
  EXPECT_EQ(one.spotting.smoothed, five.spotting.smoothed);
}

TEST(WindowAnalysis, NoWindowGoesAcrossACutAGapOrAMissingFrame) {
  // 40 used frames; the pictures before and after have windows of their own.
  for (const Pattern& pattern : {Pattern{.brightness = Blinking(80), .cuts = {40}},
                                 Pattern{.brightness = Blinking(80), .breaks = {41}},
                                 Pattern{.brightness = Blinking(80), .missing = {39}}}) {
    const Analysis analysis = Analyze(pattern);
    ASSERT_EQ(analysis.stretches.size(), 2U);
    const std::int64_t second = analysis.stretches[1].first_frame / 2;
    ExpectScores(analysis, second, ScoresOfWindow(pattern, second), 0, 8);
    EXPECT_EQ(analysis.stretches[1].end_frame, 80);
    EXPECT_THAT(analysis.warnings, Contains(HasSubstr("nothing goes across")));
  }
}

TEST(WindowAnalysis, AStretchShorterThanAWindowIsToldOf) {
  const Analysis analysis = Analyze({.brightness = Blinking(80), .cuts = {10}});
  ASSERT_EQ(analysis.stretches.size(), 1U);
  EXPECT_EQ(analysis.stretches[0].first_frame, 10);
  EXPECT_EQ(analysis.scores.valid.front(), 0);
  EXPECT_THAT(analysis.warnings,
              Contains("no score for 1 stretch of frames (0.33 s in all) between cuts or gaps: a "
                       "window needs 8 used frames (one of 2)"));
}

TEST(WindowAnalysis, FramesBeforeTheFirstFaceHaveNoScore) {
  Pattern pattern{.brightness = Blinking(60)};
  std::fill_n(pattern.brightness.begin(), 6, kNoFace);
  const Analysis analysis = Analyze(pattern);
  EXPECT_THAT(std::vector<int>(analysis.scores.valid.begin(), analysis.scores.valid.begin() + 5),
              ElementsAre(0, 0, 0, 1, 1));
  EXPECT_EQ(analysis.FirstJudged().first_frame, 6);
}

TEST(WindowAnalysis, WindowsWithoutAFaceAreCountedAndHaveNoScore) {
  Pattern pattern{.brightness = Blinking(80)};
  std::fill_n(pattern.brightness.begin() + 20, 40, kNoFace);  // used frames 10 to 29
  const Analysis analysis = Analyze(pattern);
  // Windows at 12, 16 and 20 lie within.
  EXPECT_EQ(analysis.windows->faceless, 3);
  EXPECT_THAT(analysis.warnings,
              Contains("no face in 3 of 9 windows: what no other one covers has no score"));
  ASSERT_EQ(analysis.stretches.size(), 2U);
  EXPECT_EQ(analysis.stretches[0].ended_by, FaceCause::kNoFace);
  for (const SpottedInterval& found : analysis.spotting.intervals) {
    EXPECT_TRUE(found.interval.offset < 32 || found.interval.onset >= 60);
  }
}

TEST(WindowAnalysis, AVideoWithoutAFaceIsAnError) {
  EXPECT_THAT(
      Refusal({.brightness = std::vector<int>(60, kNoFace)}, WindowAnalyzerOptions("toy_window")),
      HasSubstr("no face found in any of its 7 windows"));
}

TEST(WindowAnalysis, AVideoShorterThanAWindowIsAnError) {
  EXPECT_THAT(
      Refusal({.brightness = Blinking(13)}, WindowAnalyzerOptions("toy_window")),
      HasSubstr("too short: a window needs 8 used frames (one of 2), 0.53 s, and its longest "
                "stretch without a break has 7 of its 13 frames"));
  EXPECT_THAT(Refusal({.brightness = {}}, WindowAnalyzerOptions("toy_window")),
              HasSubstr("too short"));
}

TEST(WindowAnalysis, AtAnotherRateTheWindowIsTheSameTime) {
  std::vector<std::string> told;
  AnalysisObserver observer;
  observer.on_info = [&](const std::string& line) { told.push_back(line); };
  PatternSource source({.brightness = Blinking(200), .fps = 60});
  const Analysis analysis =
      Analyzer(WindowAnalyzerOptions("toy_window")).Analyze(source, kClip, observer);
  EXPECT_EQ(analysis.windows->layout,
            (WindowLayout{.window_frames = 8, .hop_frames = 4, .frame_step = 4}));
  EXPECT_THAT(told, Contains(HasSubstr("one of 4 frames used, k_p = 2 used frames (from the window "
                                       "of 0.533 s")));
}

TEST(WindowAnalysis, TellsHowManyFramesAreDone) {
  std::vector<std::int64_t> done;
  AnalysisObserver observer;
  observer.on_progress = [&](std::int64_t frames, std::optional<std::int64_t>) {
    done.push_back(frames);
  };
  PatternSource source({.brightness = Blinking(60)});
  const Analysis analysis =
      Analyzer(WindowAnalyzerOptions("toy_window")).Analyze(source, kClip, observer);
  ASSERT_EQ(std::ssize(done), analysis.windows->count + 1);
  EXPECT_EQ(done.front(), 15);  // 8 used frames, one of 2
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), 60);
}

TEST(WindowAnalysis, OnlyUsedFramesNeedAnImage) {
  PatternSource source({.brightness = Blinking(60)});
  Analyzer(WindowAnalyzerOptions("toy_window")).Analyze(source, kClip);
  EXPECT_EQ(source.use().step, 2);
  EXPECT_TRUE(source.use().gray);
}

// Counts frames that are alive by the memory of their images.
class CountedSource : public FrameSource {
 public:
  explicit CountedSource(int frames) : frames_(frames) { info_.fps = 30; }
  const VideoInfo& info() const override { return info_; }
  bool Next(Frame& frame) override {
    if (next_ == frames_) return false;
    // A view into one image, of which OpenCV counts the owners.
    frame.image_gray = image_;
    frame.index = next_++;
    frame.time_s = static_cast<double>(frame.index) / 30;
    most_ = std::max(most_, CV_XADD(&image_.u->refcount, 0));
    return true;
  }
  int most() const { return most_; }

 private:
  VideoInfo info_;
  cv::Mat image_ = cv::Mat(32, 48, CV_8UC1, cv::Scalar(100));
  int frames_;
  std::int64_t next_ = 0;
  int most_ = 0;
};

TEST(WindowAnalysis, HoldsNoMoreFramesOfALongerVideo) {
  // Two workers: windows that wait, that are computed and that are cut, eight frames each.
  constexpr int kMost = (3 + 2 + 2) * 8;
  CountedSource source(4000);
  Analyzer(WindowAnalyzerOptions("toy_window")).Analyze(source, kClip);
  EXPECT_LE(source.most(), kMost);
}

TEST(WindowAnalysis, StopsWhereAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  PatternSource source({.brightness = Blinking(60)});
  Analyzer analyzer(WindowAnalyzerOptions("toy_window"));
  testing::ErrorMessage(ErrorKind::kStopped,
                        [&] { analyzer.Analyze(source, kClip, {}, stop.get_token()); });
}

TEST(WindowAnalysis, RefusesAModelOfTheOtherFamily) {
  AnalyzerOptions options = WindowAnalyzerOptions("tiny");
  options.config.features.kind = testing::kWindowMeans;
  EXPECT_THAT(Refusal({.brightness = Blinking(60)}, options, ErrorKind::kModel),
              HasSubstr("run this one with the configs mean_cas, mean_samm and megc2025"));
  options = WindowAnalyzerOptions("toy_window");
  options.config.features.kind = "mean-v1";
  EXPECT_THAT(Refusal({.brightness = Blinking(60)}, options, ErrorKind::kModel),
              HasSubstr("run this one with the configs boosting_* and metst_*"));
}

TEST(WindowAnalysis, RefusesFramesOfAnotherSizeOrType) {
  class WrongSource : public PatternSource {
   public:
    explicit WrongSource(cv::Mat image)
        : PatternSource({.brightness = Blinking(60)}), image_(std::move(image)) {}
    bool Next(Frame& frame) override {
      if (!PatternSource::Next(frame)) return false;
      if (frame.index == 30) frame.image_bgr = image_;
      return true;
    }

   private:
    cv::Mat image_;
  };
  const auto message = [](const cv::Mat& image) {
    WrongSource source(image);
    Analyzer analyzer(WindowAnalyzerOptions("toy_window"));
    return testing::ErrorMessage(ErrorKind::kInput, [&] { analyzer.Analyze(source, kClip); });
  };
  EXPECT_EQ(message({}), "frame 31 is not an 8-bit BGR or gray image");
  EXPECT_EQ(message(cv::Mat(10, 10, CV_8UC3, cv::Scalar::all(0))),
            "frame 31 has 10x10 px, but those before it have 48x32");
}

}  // namespace
}  // namespace mestr
