#include "pipeline/run.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/files.h"
#include "mestr/submission/predictions.h"
#include "pipeline/device.h"
#include "pipeline/small_run.h"
#include "results/prediction_files.h"
#include "submission/archive.h"
#include "support/synthetic_video.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::OptionsFor;
using testing::SmallClip;
using testing::WriteFrameFolder;

class Runs : public ::testing::Test {
 protected:
  fs::path In(const std::string& name) const { return folder_.path() / name; }
  fs::path Out(const std::string& name) const { return folder_.path() / "out" / name; }

  RunSummary RunOn(const std::vector<fs::path>& inputs) const {
    return RunVideos(OptionsFor(inputs, folder_.path() / "out"), {});
  }

  // Makes a good clip, runs it together with `bad`, and gives the reason why `bad` failed.
  std::string ReasonBesideAGoodVideo(const fs::path& bad) const {
    const fs::path good = WriteFrameFolder(In("good clip"), SmallClip(12));
    const RunSummary summary = RunOn({bad, good});
    EXPECT_EQ(summary.videos.size(), 2U);
    EXPECT_FALSE(summary.videos.back().error.has_value());
    EXPECT_TRUE(fs::exists(Out("videos/good_clip.json")));
    EXPECT_TRUE(fs::exists(Out("predictions.csv")));
    const auto record = testing::ReadJson(Out("run.json")).at("videos")[0];
    EXPECT_EQ(record.at("ok"), false);
    EXPECT_EQ(record.at("error"), summary.videos.front().error.value_or("none"));
    return summary.videos.front().error.value_or("it did not fail");
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Runs, SayOfEachFrameWhetherItWasUsable) {
  RunOptions run =
      OptionsFor({WriteFrameFolder(In("clip"), SmallClip(40))}, folder_.path() / "out");
  run.analyzer.config.face.alignment = AlignmentMode::kSimilarity;
  const RunSummary summary = RunVideos(run, {});
  ASSERT_FALSE(summary.videos.at(0).error.has_value()) << *summary.videos[0].error;
  EXPECT_EQ(summary.videos[0].analysis.usability, "usable 1.3 of 1.3 s");
  const auto video = testing::ReadJson(Out("videos/clip.json"));
  EXPECT_EQ(video.at("per_frame").at("usable").size(), 40U);
  EXPECT_EQ(video.at("stretches").at(0).at("track"), 1);
  EXPECT_FALSE(video.at("face").contains("frames_without_face"));
  const std::string frames = ReadFile(Out("videos/clip_frames.csv"));
  EXPECT_EQ(std::count(frames.begin(), frames.end(), '\n'), 41);
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("videos")[0].at("frames_file"),
            "videos/clip_frames.csv");
  for (const Prediction& prediction : ReadPredictionsFile(Out("predictions.csv"))) {
    EXPECT_EQ(prediction.track, 0);
  }
  // The baseline's way leaves no such file behind.
  run.analyzer.config.face.alignment = AlignmentMode::kCrop;
  run.overwrite = true;
  RunVideos(run, {});
  EXPECT_FALSE(fs::exists(Out("videos/clip_frames.csv")));
  EXPECT_FALSE(testing::ReadJson(Out("videos/clip.json")).contains("per_frame"));
}

TEST_F(Runs, WriteWhatWasFoundInAnOwnVideo) {
  const testing::SyntheticVideo clip = testing::ClearClip();
  const Interval truth = clip.Expression();
  RunOptions run = OptionsFor({WriteFrameFolder(In("clip"), clip)}, folder_.path() / "out");
  run.analyzer = testing::DemoAnalyzer();
  const RunSummary summary = RunVideos(run, {});
  ASSERT_EQ(summary.videos.size(), 1U);
  const VideoOutcome& outcome = summary.videos[0];
  ASSERT_FALSE(outcome.error.has_value()) << *outcome.error;
  EXPECT_EQ(outcome.analysis.frames, 60);
  const auto& found = outcome.analysis.spotting.intervals;
  ASSERT_FALSE(found.empty());
  const auto best = std::max_element(
      found.begin(), found.end(), [](const auto& x, const auto& y) { return x.score < y.score; });
  EXPECT_GE(IntersectionOverUnion(best->interval, truth), 0.5);

  const auto video = testing::ReadJson(folder_.path() / "out" / outcome.file);
  EXPECT_EQ(video.at("frames"), 60);
  EXPECT_EQ(video.at("k"), 3);
  EXPECT_EQ(video.at("scores").size(), 57U);
  EXPECT_EQ(video.at("smoothed").size(), 57U);
  EXPECT_EQ(video.at("probabilities").size(), 57U);
  EXPECT_EQ(video.at("probabilities")[0].size(), 3U);
  EXPECT_EQ(video.at("face").at("crop_landmarks").size(), 68U);

  const auto predictions = ReadPredictions({folder_.path() / "out"});
  ASSERT_EQ(predictions.size(), outcome.analysis.spotting.intervals.size());
  ASSERT_FALSE(predictions.empty());
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    EXPECT_EQ(predictions[i].interval, outcome.analysis.spotting.intervals[i].interval);
    EXPECT_NEAR(*predictions[i].onset_s, predictions[i].interval.onset / testing::kClipFps, 1e-3);
    EXPECT_EQ(video.at("intervals")[i].at("onset"), predictions[i].interval.onset + 1);
  }
}

TEST_F(Runs, WarnOfFramesThatAFolderLeavesOut) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(30));
  ASSERT_TRUE(fs::remove(clip / "img20.png"));
  std::vector<std::string> warnings;
  RunObserver observer;
  observer.on_warning = [&](const std::string& line) { warnings.push_back(line); };
  const RunSummary summary = RunVideos(OptionsFor({clip}, folder_.path() / "out"), observer);
  ASSERT_EQ(summary.videos.size(), 1U);
  EXPECT_EQ(summary.videos[0].analysis.frames, 29);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], HasSubstr("leave out 1 "));
  const auto video = testing::ReadJson(folder_.path() / "out" / summary.videos[0].file);
  EXPECT_EQ(clip.string() + ": " + video.at("warnings").at(0).get<std::string>(), warnings[0]);
}

TEST_F(Runs, TellWhatBecameOfEachVideoThatDidNotFail) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(30));
  const fs::path broken = WriteFrameFolder(In("broken"), SmallClip(2));
  std::vector<std::string> told;
  RunObserver observer;
  observer.on_outcome = [&](const VideoOutcome& outcome) { told.push_back(outcome.file); };
  observer.on_video_done = [&](const VideoInput& input, double) {
    told.push_back(input.key.video);
  };
  const RunSummary summary =
      RunVideos(OptionsFor({clip, broken}, folder_.path() / "out"), observer);
  EXPECT_THAT(told, ::testing::ElementsAre("videos/clip.json", "clip", "broken"));
  EXPECT_EQ(PredictionsOf(summary.videos.at(0).results), ReadPredictions({folder_.path() / "out"}));
}

TEST_F(Runs, WriteTheLeaderboardFilesOfADataSetRoot) {
  WriteFrameFolder(In("root/CAS_data/spNO.1/a"), SmallClip(20));
  WriteFrameFolder(In("root/SAMM_data/017_3"), SmallClip(50));
  RunOptions options = OptionsFor({In("root")}, folder_.path() / "out");
  options.fps.reset();  // the data sets' own
  const RunSummary summary = RunVideos(options, {});
  ASSERT_EQ(summary.videos.size(), 2U);
  for (const auto& video : summary.videos) ASSERT_FALSE(video.error.has_value()) << *video.error;
  EXPECT_EQ(summary.videos[0].analysis.parameters.k_frames, 3);
  EXPECT_EQ(summary.videos[1].analysis.parameters.k_frames, 20);
  EXPECT_EQ(summary.videos[1].analysis.parameters.k_p_frames, 37);
  const auto zip = ReadZip(Out("submission.zip"));
  ASSERT_EQ(zip.size(), 2U);
  EXPECT_EQ(zip[0].name, "cas_pred.csv");
  EXPECT_EQ(zip[0].content, ReadFile(Out("cas_pred.csv")));
  EXPECT_EQ(zip[1].content, ReadFile(Out("samm_pred.csv")));
  EXPECT_FALSE(fs::exists(Out("predictions.csv")));
}

TEST_F(Runs, GiveTheSameBytesForAnyNumberOfWorkers) {
  const fs::path clip = WriteFrameFolder(In("clip"), testing::ClearClip());
  RunOptions options = OptionsFor({clip}, In("one"));
  options.analyzer = testing::DemoAnalyzer();
  options.analyzer.jobs = 1;
  RunVideos(options, {});
  options.output = In("many");
  options.analyzer.jobs = 4;
  RunVideos(options, {});
  EXPECT_FALSE(ReadPredictions({In("one")}).empty());
  EXPECT_EQ(ReadFile(In("one/predictions.csv")), ReadFile(In("many/predictions.csv")));
  EXPECT_EQ(ReadFile(In("one/videos/clip.json")), ReadFile(In("many/videos/clip.json")));
  const auto measured = testing::ReadJson(In("one/run.json")).at("videos")[0];
  EXPECT_GT(measured.at("wall_seconds"), 0);
  for (const char* stage : {"decode", "align", "flow", "features", "network"}) {
    EXPECT_GT(measured.at("seconds").at(stage), 0) << stage;
    EXPECT_GT(measured.at("cpu_seconds").at(stage), 0) << stage;
  }
}

TEST_F(Runs, GiveTheSameBytesWhereverTheVideosLie) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(30));
  ASSERT_TRUE(fs::remove(clip / "img20.png"));  // there is a warning, which names the folder
  RunVideos(OptionsFor({clip}, In("one")), {});
  fs::create_directories(In("elsewhere"));
  fs::rename(clip, In("elsewhere/clip"));
  RunVideos(OptionsFor({In("elsewhere/clip")}, In("two")), {});
  EXPECT_EQ(testing::ReadJson(In("one/videos/clip.json")).at("warnings").size(), 1U);
  for (const char* file : {"videos/clip.json", "predictions.csv"}) {
    EXPECT_EQ(ReadFile(In("one") / file), ReadFile(In("two") / file));
  }
}

TEST_F(Runs, CountFramesFromTheVideosFirstNotTheFaces) {
  const fs::path clip = WriteFrameFolder(In("clip"), testing::ClearClip());
  RunOptions options = OptionsFor({clip}, folder_.path() / "out");
  options.analyzer = testing::DemoAnalyzer();
  options.overwrite = true;
  RunVideos(options, {});
  const auto all = testing::ReadJson(Out("videos/clip.json"));
  // The same clip after seven frames of nothing.
  for (int i = 60; i >= 1; --i) {
    fs::rename(clip / ("img" + std::to_string(i) + ".png"),
               clip / ("img" + std::to_string(i + 7) + ".png"));
  }
  for (int i = 1; i <= 7; ++i) {
    cv::imwrite((clip / ("img" + std::to_string(i) + ".png")).string(),
                cv::Mat(240, 320, CV_8UC3, cv::Scalar::all(60)));
  }
  RunVideos(options, {});
  const auto later = testing::ReadJson(Out("videos/clip.json"));
  EXPECT_EQ(later.at("frames"), 67);
  EXPECT_EQ(later.at("first_scored_frame"), 8);
  EXPECT_EQ(later.at("face").at("frames_without_face"), 7);
  EXPECT_EQ(later.at("scores"), all.at("scores"));
  ASSERT_EQ(later.at("intervals").size(), all.at("intervals").size());
  ASSERT_FALSE(all.at("intervals").empty());
  for (std::size_t i = 0; i < all.at("intervals").size(); ++i) {
    EXPECT_EQ(later.at("intervals")[i].at("peak"),
              7 + all.at("intervals")[i].at("peak").get<int>());
  }
}

TEST_F(Runs, SayWhatMadeTheResults) {
  RunOn({WriteFrameFolder(In("clip"), SmallClip(12))});
  const auto run = testing::ReadJson(Out("run.json"));
  EXPECT_EQ(run.at("status"), "complete");
  EXPECT_EQ(run.at("config").at("flow").at("method"), "exact");
  EXPECT_EQ(run.at("models")[0].at("sha256").get<std::string>().size(), 64U);
  EXPECT_EQ(run.at("device").at("flow"), "exact");
  EXPECT_EQ(run.at("videos")[0].at("frames"), 12);
  EXPECT_FALSE(run.at("libraries").at("torch").get<std::string>().empty());
}

TEST_F(Runs, GiveEachSubjectItsOwnModel) {
  WriteFrameFolder(In("root/CAS_data/spNO.1/a"), SmallClip(12));
  WriteFrameFolder(In("root/CAS_data/spNO.2/a"), SmallClip(12));
  RunOptions options = OptionsFor({In("root")}, folder_.path() / "out");
  options.analyzer.config.model.files.clear();
  options.analyzer.config.model.by_subject["001"] = {{testing::TinyModel()}};
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { RunVideos(options, {}); }),
              HasSubstr("subject '2'"));
  options.analyzer.config.model.by_subject["2"] = {{testing::TinyModel()}, {testing::TinyModel()}};
  const RunSummary summary = RunVideos(options, {});
  EXPECT_EQ(testing::ReadJson(Out("run.json")).at("models").size(), 2U);
  for (const auto& video : summary.videos) EXPECT_FALSE(video.error.has_value());
}

TEST_F(Runs, TakeNamesWithSpacesCommasQuotesAndOtherLetters) {
  const std::string name = "clip, \"ä\" 1";
  const fs::path clip = WriteFrameFolder(In(name), testing::ClearClip());
  RunOptions options = OptionsFor({clip}, folder_.path() / "out");
  options.analyzer = testing::DemoAnalyzer();
  const RunSummary summary = RunVideos(options, {});
  ASSERT_FALSE(summary.videos[0].error.has_value()) << *summary.videos[0].error;
  EXPECT_TRUE(fs::exists(folder_.path() / "out" / summary.videos[0].file));
  const auto predictions = ReadPredictions({folder_.path() / "out"});
  EXPECT_FALSE(predictions.empty());
  for (const auto& prediction : predictions) EXPECT_EQ(prediction.video.video, name);
}

TEST_F(Runs, TakePathsWithDots) {
  WriteFrameFolder(In("a/clip"), SmallClip(12));
  fs::create_directories(In("b"));
  const RunSummary summary = RunOn({In("b") / ".." / "a" / "clip"});
  ASSERT_FALSE(summary.videos[0].error.has_value()) << *summary.videos[0].error;
  EXPECT_EQ(summary.videos[0].file, "videos/clip.json");
}

TEST_F(Runs, NameAVideoThatIsNone) {
  WriteFileAtomically(In("text.mp4"), "this is no video\n");
  EXPECT_THAT(ReasonBesideAGoodVideo(In("text.mp4")), HasSubstr("text.mp4"));
}

TEST_F(Runs, NameAVideoOfOneFrame) {
  const fs::path clip = WriteFrameFolder(In("one"), SmallClip(3));
  fs::remove(clip / "img2.png");
  fs::remove(clip / "img3.png");
  EXPECT_THAT(ReasonBesideAGoodVideo(clip), AllOf(HasSubstr("too short"), HasSubstr("1 frame")));
}

TEST_F(Runs, NameAVideoShorterThanAPair) {
  EXPECT_THAT(ReasonBesideAGoodVideo(WriteFrameFolder(In("three"), SmallClip(3))),
              AllOf(HasSubstr("too short"), HasSubstr("needs 4")));
}

TEST_F(Runs, NameAVideoWithoutAFace) {
  const fs::path clip = In("wall");
  fs::create_directories(clip);
  for (int i = 1; i <= 40; ++i) {
    cv::imwrite((clip / (std::to_string(i) + ".png")).string(),
                cv::Mat(240, 320, CV_8UC3, cv::Scalar(90, 100, 110)));
  }
  EXPECT_THAT(ReasonBesideAGoodVideo(clip), HasSubstr("no face"));
}

TEST_F(Runs, NameAFrameOfAnotherSize) {
  const fs::path clip = WriteFrameFolder(In("sizes"), SmallClip(12));
  cv::imwrite((clip / "img7.png").string(), cv::Mat(100, 100, CV_8UC3, cv::Scalar::all(0)));
  EXPECT_THAT(ReasonBesideAGoodVideo(clip), AllOf(HasSubstr("img7.png"), HasSubstr("100")));
}

TEST_F(Runs, NameACorruptJpegAmongGoodOnes) {
  const fs::path clip = WriteFrameFolder(In("jpeg"), SmallClip(12));
  for (int i = 1; i <= 12; ++i) {
    const fs::path png = clip / ("img" + std::to_string(i) + ".png");
    cv::imwrite((clip / ("img" + std::to_string(i) + ".jpg")).string(), cv::imread(png.string()));
    fs::remove(png);
  }
  const std::string jpeg = ReadFile(clip / "img5.jpg");
  WriteFileAtomically(clip / "img5.jpg", jpeg.substr(0, jpeg.size() / 2));
  EXPECT_THAT(ReasonBesideAGoodVideo(clip), HasSubstr("img5.jpg"));
}

TEST_F(Runs, TakeInputsThatAreResolvedAlready) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(8));
  RunOptions options = OptionsFor({"names nothing"}, folder_.path() / "out");
  options.fps.reset();
  options.resolved = {.videos = {{.path = clip, .key = {.video = "its name"}, .fps = 30}},
                      .notes = {"a note"}};
  const RunSummary summary = RunVideos(options, {});
  EXPECT_THAT(summary.notes, ::testing::ElementsAre("a note"));
  ASSERT_EQ(summary.videos.size(), 1U);
  EXPECT_FALSE(summary.videos[0].error.has_value());
  EXPECT_EQ(summary.videos[0].file, "videos/its_name.json");
}

TEST_F(Runs, AskForAnUnknownFrameRate) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(12));
  RunOptions options = OptionsFor({clip}, folder_.path() / "out");
  options.fps.reset();
  const RunSummary summary = RunVideos(options, {});
  EXPECT_THAT(summary.videos[0].error.value_or("none"), HasSubstr("--fps"));
}

TEST_F(Runs, NameAVideoThatAManifestPromises) {
  const fs::path good = WriteFrameFolder(In("good"), SmallClip(12));
  WriteFileAtomically(In("list.csv"),
                      "dataset,subject,video,path,fps\n,,lost,nowhere.mp4,\n,,good,good,30\n");
  const RunSummary summary = RunOn({In("list.csv")});
  ASSERT_EQ(summary.videos.size(), 2U);
  EXPECT_THAT(summary.videos[0].error.value_or("none"), HasSubstr("nowhere.mp4"));
  EXPECT_FALSE(summary.videos[1].error.has_value());
}

TEST_F(Runs, TakeGrayAlphaAndSixteenBitFrames) {
  const fs::path gray = WriteFrameFolder(In("gray"), SmallClip(8));
  const fs::path alpha = WriteFrameFolder(In("alpha"), SmallClip(8));
  const fs::path deep = WriteFrameFolder(In("deep"), SmallClip(8));
  const auto convert = [](const fs::path& folder, const auto& change) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      cv::imwrite(entry.path().string(), change(cv::imread(entry.path().string())));
    }
  };
  convert(gray, [](const cv::Mat& image) {
    cv::Mat changed;
    cv::cvtColor(image, changed, cv::COLOR_BGR2GRAY);
    return changed;
  });
  convert(alpha, [](const cv::Mat& image) {
    cv::Mat changed;
    cv::cvtColor(image, changed, cv::COLOR_BGR2BGRA);
    return changed;
  });
  convert(deep, [](const cv::Mat& image) {
    cv::Mat changed;
    image.convertTo(changed, CV_16U, 257);
    return changed;
  });
  const RunSummary summary = RunOn({gray, alpha, deep});
  for (const auto& video : summary.videos) EXPECT_FALSE(video.error.has_value()) << *video.error;
  // Opaque colour and 16 bits of the same picture are the same picture.
  const auto scores = [&](const char* name) {
    return testing::ReadJson(Out(std::string("videos/") + name + ".json")).at("scores");
  };
  EXPECT_EQ(scores("alpha"), scores("deep"));
}

TEST_F(Runs, RefuseAnOutputFolderThatCannotBeWritten) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(8));
  WriteFileAtomically(In("file"), "");
  RunOptions options = OptionsFor({clip}, In("file") / "out");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { RunVideos(options, {}); }),
              HasSubstr("out"));
}

TEST_F(Runs, RefuseAModelThatIsMissingOrSomethingElse) {
  const fs::path clip = WriteFrameFolder(In("clip"), SmallClip(8));
  WriteFileAtomically(In("model.pt"), "no model");
  RunOptions options = OptionsFor({clip}, folder_.path() / "out");
  for (const fs::path& model : {In("model.pt"), In("missing.pt")}) {
    options.analyzer.config.model.files = {{model}};
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kModel, [&] { RunVideos(options, {}); }),
                HasSubstr(model.string()));
  }
}

TEST_F(Runs, NameAModelTrainedWithAnotherDistanceOfPairs) {
  const fs::path clip = WriteFrameFolder(In("root/CAS_data/spNO.1/a"), SmallClip(20));
  RunOptions options = OptionsFor({In("root")}, folder_.path() / "out");
  options.analyzer.config.datasets[0].k_frames = 9;  // 0.3 s; the model has 0.1 s
  const RunSummary summary = RunVideos(options, {});
  EXPECT_THAT(summary.videos[0].error.value_or("none"),
              AllOf(HasSubstr("k = 3"), HasSubstr("k = 9")));
}

TEST_F(Runs, NameAVideoThatIsMissing) {
  EXPECT_THAT(ReasonBesideAGoodVideo(In("nowhere.mp4")), HasSubstr("nowhere.mp4"));
}

TEST_F(Runs, RefuseInputsThatNameNothing) {
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { RunOn({In("nowhere.csv")}); }),
              HasSubstr("nowhere.csv"));
}

TEST(ChooseDevice, SaysWhyAndNeverFallsBackSilently) {
  const DeviceChoice automatic = ChooseDevice(Device::kAuto, FlowMethod::kExact);
  EXPECT_THAT(automatic.reason, AllOf(HasSubstr("because"), Not(HasSubstr("\n"))));
  if (automatic.flow_method != FlowMethod::kCuda) {
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kDevice,
                                      [] { ChooseDevice(Device::kCuda, FlowMethod::kExact); }),
                HasSubstr("--device cpu"));
  }
  EXPECT_EQ(ChooseDevice(Device::kCpu, FlowMethod::kFast).flow_method, FlowMethod::kFast);
  EXPECT_THROW(ChooseDevice(Device::kCpu, FlowMethod::kCuda), Error);
  EXPECT_THROW(ChooseDevice(Device::kCuda, FlowMethod::kFast), Error);
  EXPECT_THROW(ParseDevice("gpu"), Error);
}

}  // namespace
}  // namespace mestr::internal
