#include "report/render_video.h"

#include <cmath>
#include <opencv2/core.hpp>

#include "core/files.h"
#include "core/record_file.h"
#include "mestr/video/frame_source.h"
#include "report/made_footage.h"
#include "results/made_results.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::DoubleNear;
using testing::ErrorMessage;
using testing::EvenTimes;
using testing::FootageAnalysis;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using ::testing::SizeIs;
using testing::UnevenTimes;
using testing::WriteFootage;
using testing::WriteFootageResults;

struct Shown {
  VideoInfo info;
  std::vector<double> times_s;
  std::vector<cv::Mat> frames;
};

Shown ReadShown(const fs::path& path) {
  Shown shown;
  const auto source = OpenVideoFile(path);
  Frame frame;
  while (source->Next(frame)) {
    shown.times_s.push_back(frame.time_s);
    shown.frames.push_back(frame.image_bgr);
  }
  shown.info = source->info();
  return shown;
}

class RenderVideoTest : public ::testing::Test {
 protected:
  // A clip with these times, and results of it.
  void Make(const std::vector<double>& times_s, double fps) const {
    WriteFootage(clip_, times_s);
    WriteFootageResults(options_.results, clip_, FootageAnalysis(times_s, fps));
  }
  void HideAll() { options_.parts = {false, false, false, false}; }
  RenderSummary Render() const { return RenderVideo(options_, {}); }
  std::string Refusal(ErrorKind kind = ErrorKind::kInput) const {
    return ErrorMessage(kind, [&] { Render(); });
  }

  testing::TemporaryFolder folder_;
  fs::path clip_ = folder_.path() / "clip.mp4";
  RenderOptions options_{.video = clip_,
                         .results = folder_.path() / "out",
                         .output = folder_.path() / "new" / "annotated.mp4"};
};

TEST_F(RenderVideoTest, KeepsEveryFrameAtItsTimeOfAVariableRate) {
  Make(UnevenTimes(), 25.2);
  const RenderSummary summary = Render();
  EXPECT_EQ(summary.frames, 90);
  EXPECT_EQ(summary.finds, 2);
  const Shown source = ReadShown(clip_);
  const Shown shown = ReadShown(options_.output);
  EXPECT_TRUE(shown.info.variable_frame_rate);
  EXPECT_THAT(source.times_s, SizeIs(90));
  EXPECT_THAT(shown.times_s, Pointwise(DoubleNear(1e-6), source.times_s));
}

TEST_F(RenderVideoTest, KeepsAnEvenFrameRate) {
  Make(EvenTimes(29.97), 29.97);
  Render();
  const Shown shown = ReadShown(options_.output);
  EXPECT_NEAR(shown.info.fps.value_or(0), 29.97, 1e-6);
  EXPECT_FALSE(shown.info.variable_frame_rate);
  EXPECT_THAT(shown.times_s, Pointwise(DoubleNear(1e-6), EvenTimes(29.97)));
}

TEST_F(RenderVideoTest, KeepsAPauseOfTheRecording) {
  std::vector<double> times_s = EvenTimes(30);
  for (std::size_t i = 45; i < times_s.size(); ++i) times_s[i] += 3000;
  for (double& time_s : times_s) time_s = std::round(1000 * time_s) / 1000;
  Make(times_s, 30);
  Render();
  EXPECT_THAT(ReadShown(options_.output).times_s, Pointwise(DoubleNear(1e-6), times_s));
}

TEST_F(RenderVideoTest, TakesAFolderOfFrames) {
  options_.video = testing::WriteFrameFolder(folder_.path() / "frames", testing::SmallClip(90));
  WriteFootageResults(options_.results, options_.video, FootageAnalysis(EvenTimes(50), 50));
  Render();
  const Shown shown = ReadShown(options_.output);
  EXPECT_THAT(shown.times_s, Pointwise(DoubleNear(1e-6), EvenTimes(50)));
}

TEST_F(RenderVideoTest, FindsTheResultsOfAVideoThatMoved) {
  Make(EvenTimes(30), 30);
  options_.video = folder_.path() / "elsewhere" / "clip.mp4";
  fs::create_directories(options_.video.parent_path());
  fs::rename(clip_, options_.video);
  EXPECT_EQ(Render().frames, 90);
}

TEST_F(RenderVideoTest, WithNothingToDrawThePicturesAreThoseOfTheVideo) {
  Make(EvenTimes(30), 30);
  HideAll();
  Render();
  const Shown source = ReadShown(clip_);
  const Shown shown = ReadShown(options_.output);
  ASSERT_THAT(shown.frames, SizeIs(90));
  for (std::size_t i = 0; i < 90; i += 10) {
    ASSERT_EQ(shown.frames[i].size(), cv::Size(320, 240));
    EXPECT_LT(cv::norm(shown.frames[i], source.frames[i], cv::NORM_L1) / (320 * 240 * 3), 3);
  }
}

TEST_F(RenderVideoTest, TheScoresStandBelowThePicture) {
  Make(EvenTimes(30), 30);
  HideAll();
  options_.parts.scores = true;
  Render();
  const Shown source = ReadShown(clip_);
  const Shown shown = ReadShown(options_.output);
  ASSERT_GT(shown.info.height, 240);
  ASSERT_EQ(shown.info.width, 320);
  EXPECT_EQ(shown.info.height % 2, 0);
  const cv::Mat picture = shown.frames[12].rowRange(0, 240);
  EXPECT_LT(cv::norm(picture, source.frames[12], cv::NORM_L1) / (320 * 240 * 3), 3);
}

TEST_F(RenderVideoTest, TheBoxIsDrawnWhereTheFaceIs) {
  Make(EvenTimes(30), 30);
  HideAll();
  options_.parts.box = true;
  Render();
  const Shown source = ReadShown(clip_);
  const Shown shown = ReadShown(options_.output);
  const auto differs = [&](std::size_t frame, const cv::Rect& part) {
    const double sum = cv::norm(shown.frames[frame](part), source.frames[frame](part), cv::NORM_L1);
    return sum / (part.area() * 3) > 15;
  };
  const cv::Rect left_edge(99, 80, 3, 80);
  const cv::Rect inside(130, 90, 60, 60);
  EXPECT_TRUE(differs(12, left_edge));
  EXPECT_FALSE(differs(12, inside));
  EXPECT_FALSE(differs(45, left_edge)) << "no face is seen there";
}

TEST_F(RenderVideoTest, ResultsOfAnotherVideoAreRefused) {
  Make(EvenTimes(30), 30);
  options_.video = folder_.path() / "other.mp4";
  WriteFootage(options_.video, EvenTimes(30));
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("out has no results of "), HasSubstr("other.mp4"),
                               HasSubstr("it has those of "), HasSubstr("clip.mp4")));
}

TEST_F(RenderVideoTest, AVideoThatIsNowAnotherOneIsRefused) {
  Make(EvenTimes(30), 30);
  const std::string start = clip_.string() + " is not the video of these results: it ";
  WriteFootage(clip_, EvenTimes(30), /*width_px=*/300);
  EXPECT_EQ(Refusal(), start + "has 300x240 px, and they 320x240");
  std::vector<double> times_s = EvenTimes(30);
  times_s.pop_back();
  WriteFootage(clip_, times_s);
  EXPECT_EQ(Refusal(), start + "has 89 frames, and they 90");
  WriteFootage(clip_, EvenTimes(25));
  EXPECT_THAT(Refusal(), AllOf(HasSubstr(start), HasSubstr(" bytes, and they are of one of ")));
}

TEST_F(RenderVideoTest, TheTimesOfTheFramesAreThoseOfTheResults) {
  WriteFootage(clip_, EvenTimes(25));
  WriteFootageResults(options_.results, clip_, FootageAnalysis(EvenTimes(30), 30));
  EXPECT_EQ(Refusal(), clip_.string() + " is not the video of these results: it shows frame 2 at " +
                           "0.040000 s, and they at 0.033333 s");
}

TEST_F(RenderVideoTest, AMissingVideoIsNamed) {
  Make(EvenTimes(30), 30);
  fs::remove(clip_);
  EXPECT_EQ(Refusal(), clip_.string() + ": no such file or folder");
}

TEST_F(RenderVideoTest, AVideoThatFailedHasNothingToShow) {
  Make(EvenTimes(30), 30);
  auto entry = testing::MadeEntry("clip", "no face in 90 frames");
  WriteRecord(options_.results / "run.json", testing::MadeRun({entry}));
  EXPECT_THAT(Refusal(), HasSubstr("because it failed: no face in 90 frames"));
}

TEST_F(RenderVideoTest, TwoVideosOfOneNameAreToldApartByTheirPlaceAlone) {
  Make(EvenTimes(30), 30);
  auto first = testing::MadeEntry("clip");
  auto second = testing::MadeEntry("day1_clip");
  second["path"] = "day1/clip.mp4";
  WriteRecord(options_.results / "run.json", testing::MadeRun({second, first}));
  EXPECT_THAT(Refusal(), HasSubstr("has results of several videos named clip"));
  first["path"] = clip_.string();
  WriteRecord(options_.results / "run.json", testing::MadeRun({second, first}));
  EXPECT_EQ(Render().frames, 90);
}

TEST_F(RenderVideoTest, AnIntervalBehindTheEndIsRefused) {
  Make(EvenTimes(30), 30);
  auto record = *ReadRecord(options_.results / "videos/clip.json");
  record["intervals"][0]["offset"] = 91;
  WriteRecord(options_.results / "videos/clip.json", record);
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("clip.json"), HasSubstr("offset"), HasSubstr("90")));
  EXPECT_FALSE(Exists(options_.output));
}

TEST_F(RenderVideoTest, AFolderWithoutARunIsRefused) {
  WriteFootage(clip_, EvenTimes(30));
  EXPECT_THAT(Refusal(), HasSubstr("out: no such folder"));
}

TEST_F(RenderVideoTest, TheVideoItselfIsNoOutput) {
  Make(EvenTimes(30), 30);
  const std::string before = ReadFile(clip_);
  options_.output = clip_;
  EXPECT_THAT(Refusal(ErrorKind::kConfig), HasSubstr("is the video itself"));
  options_.output = folder_.path() / "link.mp4";
  fs::create_symlink(clip_, options_.output);
  EXPECT_THAT(Refusal(ErrorKind::kConfig), HasSubstr("is the video itself"));
  EXPECT_EQ(ReadFile(clip_), before);
}

TEST_F(RenderVideoTest, AnOutputOfAnotherFormatIsRefused) {
  Make(EvenTimes(30), 30);
  options_.output = folder_.path() / "annotated.avi";
  EXPECT_THAT(Refusal(ErrorKind::kConfig), HasSubstr("must end in .mp4"));
}

TEST_F(RenderVideoTest, AfterAnErrorTheEarlierOutputStays) {
  Make(EvenTimes(30), 30);
  WriteFileAtomically(options_.output, "an earlier video");
  std::vector<double> times_s = EvenTimes(30);
  for (std::size_t i = 60; i < times_s.size(); ++i) times_s[i] += 0.01;
  WriteFootageResults(options_.results, clip_, FootageAnalysis(times_s, 30));
  EXPECT_THAT(Refusal(), HasSubstr("frame 61"));
  EXPECT_EQ(ReadFile(options_.output), "an earlier video");
  const fs::directory_iterator files(options_.output.parent_path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "and nothing beside it";
}

TEST_F(RenderVideoTest, AFullDiskIsNamed) {
  if (!Exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  Make(EvenTimes(30), 30);
  options_.output = folder_.path() / "full.mp4";
  fs::create_symlink("/dev/full", options_.output);
  EXPECT_THAT(Refusal(ErrorKind::kConfig), HasSubstr("cannot write "));
}

TEST_F(RenderVideoTest, TellsHowFarItIs) {
  Make(EvenTimes(30), 30);
  HideAll();
  std::vector<std::int64_t> told;
  RenderVideo(options_, [&](std::int64_t done, std::int64_t all) {
    EXPECT_EQ(all, 90);
    told.push_back(done);
  });
  ASSERT_THAT(told, SizeIs(90));
  EXPECT_EQ(told.front(), 1);
  EXPECT_EQ(told.back(), 90);
}

}  // namespace
}  // namespace mestr::internal
