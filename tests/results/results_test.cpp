#include "results/results.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/record_file.h"
#include "results/made_results.h"
#include "results/prediction_files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ReadBack : public ::testing::Test {
 protected:
  void WriteRun(const Json& json) const { WriteRecord(Out("run.json"), json); }
  void WriteVideo(const Json& json) const { WriteRecord(Out("videos/a.json"), json); }
  fs::path Out(const std::string& name = "") const { return folder_.path() / name; }
  VideoResults Video() const {
    const RunResults run = ReadRun(Out());
    return ReadVideo(run, run.videos.at(0));
  }
  std::string RunRefusal() const {
    return testing::ErrorMessage(ErrorKind::kInput, [&] { ReadRun(Out()); });
  }
  std::string VideoRefusal(const Json& json) const {
    WriteRun(testing::MadeRun({testing::MadeEntry("a")}));
    WriteVideo(json);
    return testing::ErrorMessage(ErrorKind::kInput, [&] { Video(); });
  }

  testing::TemporaryFolder folder_;
  Json video_ = testing::MadeVideo("a", testing::MadeAnalysis());
};

TEST_F(ReadBack, GivesTheRunWithItsFailedVideos) {
  WriteRun(testing::MadeRun({testing::MadeEntry("a"), testing::MadeEntry("b", "no face")}));
  const RunResults run = ReadRun(Out());
  ASSERT_THAT(run.videos, SizeIs(2));
  EXPECT_EQ(run.videos[0].file, "videos/a.json");
  EXPECT_EQ(run.videos[0].input.path, "clips/a.mp4");
  EXPECT_EQ(run.videos[1].error, "no face");
  EXPECT_EQ(run.videos[1].file, "");
  EXPECT_THAT(run.models, ElementsAre("made"));
  EXPECT_THAT(run.notes, ElementsAre("1 image was left out"));
  EXPECT_EQ(run.video_options.most_megapixels, 12.5);
  EXPECT_FALSE(run.video_options.deinterlace);
  EXPECT_TRUE(run.video_options.keep_damaged);
  EXPECT_FALSE(run.error);
}

TEST_F(ReadBack, GivesTheSizeOfAVideoFileAndNoneOfAFolder) {
  testing::WriteMadeResults(Out());
  EXPECT_EQ(Video().input_bytes, std::nullopt);
  Json entry = testing::MadeEntry("a");
  entry["made_from"] = {{"files", 1}, {"bytes", 1234}};
  WriteRun(testing::MadeRun({entry}));
  EXPECT_EQ(Video().input_bytes, 1234U);
  entry["made_from"]["files"] = 90;
  WriteRun(testing::MadeRun({entry}));
  EXPECT_EQ(Video().input_bytes, std::nullopt);
}

TEST_F(ReadBack, GivesTheFramesFrom0) {
  testing::WriteMadeResults(Out());
  const VideoResults video = Video();
  EXPECT_EQ(video.frames, 90);
  EXPECT_EQ(video.input.fps, 30);
  ASSERT_THAT(video.frame_times_s, SizeIs(90));
  EXPECT_NEAR(video.frame_times_s[1], 1.0 / 30, 1e-6);
  ASSERT_THAT(video.faces, SizeIs(1));
  const FaceResults& face = video.faces[0];
  ASSERT_THAT(face.intervals, SizeIs(2));
  EXPECT_EQ(face.intervals[0].interval, (Interval{10, 14}));
  EXPECT_EQ(face.intervals[0].peak, 12);
  EXPECT_EQ(face.intervals[1].emotion, "positive");
  EXPECT_EQ(face.intervals[1].track, 0);
  ASSERT_TRUE(face.intervals[1].evidence);
  EXPECT_EQ(face.intervals[1].evidence->motion_to_noise, 4);
  EXPECT_EQ(ContextText(*face.intervals[1].evidence), "blink");
  ASSERT_THAT(face.longer, SizeIs(1));
  EXPECT_EQ(face.longer[0].interval, (Interval{20, 39}));
}

TEST_F(ReadBack, GivesScoresWithTheirGaps) {
  testing::WriteMadeResults(Out());
  const FaceResults face = Video().faces.at(0);
  const Analysis made = testing::MadeAnalysis();
  EXPECT_EQ(face.scores.spot, made.scores.spot);
  EXPECT_EQ(face.scores.valid, made.scores.valid);
  EXPECT_EQ(face.scores.probabilities, made.scores.probabilities);
  EXPECT_EQ(face.smoothed, made.spotting.smoothed);
  EXPECT_EQ(face.scores.motion_px[0], 0.5F);
}

TEST_F(ReadBack, GivesStretchesAndTheFaceOfEachFrame) {
  testing::WriteMadeResults(Out());
  const FaceResults face = Video().faces.at(0);
  ASSERT_THAT(face.stretches, SizeIs(2));
  EXPECT_EQ(face.stretches[0].frames, (Interval{0, 39}));
  EXPECT_EQ(face.stretches[0].ended_by, "no face");
  EXPECT_EQ(face.stretches[1].threshold, 0.4);
  ASSERT_THAT(face.frames, SizeIs(90));
  EXPECT_EQ(face.frames[3].box, cv::Rect(103, 50, 200, 200));
  EXPECT_EQ(face.frames[40].cause, FaceCause::kNoFace);
  EXPECT_EQ(face.frames[40].track, -1);
}

TEST_F(ReadBack, GivesTheFindsWithoutWhatEachFrameHas) {
  testing::WriteMadeResults(Out());
  const VideoResults all = Video();
  const VideoResults finds = ReadFinds(Out(), ReadRun(Out()).videos.at(0));
  EXPECT_EQ(finds.wall_s, 2.5);
  EXPECT_TRUE(finds.frame_times_s.empty());
  ASSERT_THAT(finds.faces, SizeIs(1));
  EXPECT_EQ(finds.faces[0].scores.size(), 0U);
  EXPECT_TRUE(finds.faces[0].frames.empty());
  EXPECT_EQ(finds.faces[0].usability, testing::MadeAnalysis().usability);
  EXPECT_EQ(PredictionsOf(finds), PredictionsOf(all));
  EXPECT_EQ(finds.faces[0].intervals.at(1).evidence->motion_px, 1.5);
}

TEST_F(ReadBack, GivesOtherFacesToo) {
  Analysis analysis = testing::MadeAnalysis();
  analysis.others = {testing::MadeAnalysis()};
  WriteRun(testing::MadeRun({testing::MadeEntry("a")}));
  WriteVideo(testing::MadeVideo("a", analysis));
  EXPECT_THAT(Video().faces, SizeIs(2));
}

TEST_F(ReadBack, RefusesWhatIsNoFolderOfARun) {
  EXPECT_THAT(RunRefusal(), AllOf(HasSubstr(Out().string()), HasSubstr("no run.json")));
  WriteFileAtomically(Out("run.json"), "[1, 2]");
  EXPECT_THAT(RunRefusal(), HasSubstr("run.json is no record of mestr run"));
  WriteRun({{"some", "other"}});
  EXPECT_THAT(RunRefusal(), HasSubstr("has no 'status'"));
}

TEST_F(ReadBack, RefusesARunThatHasNotEnded) {
  Json run = testing::MadeRun({testing::MadeEntry("a")});
  run["status"] = "running";
  WriteRun(run);
  EXPECT_THAT(RunRefusal(), HasSubstr("has not ended"));
}

TEST_F(ReadBack, SaysWhyARunEndedEarly) {
  Json run = testing::MadeRun({testing::MadeEntry("a")});
  run["status"] = "incomplete";
  run["error"] = "the disk is full";
  WriteRun(run);
  EXPECT_EQ(ReadRun(Out()).error, "the disk is full");
}

TEST_F(ReadBack, RefusesAFileOutsideOfTheFolder) {
  Json run = testing::MadeRun({testing::MadeEntry("a")});
  run["videos"][0]["file"] = "videos/../../etc.json";
  WriteRun(run);
  EXPECT_THAT(RunRefusal(), HasSubstr("videos[0].file must be a file in videos/"));
}

TEST_F(ReadBack, RefusesTheResultsOfAnotherVideo) {
  video_["input"]["subject"] = "anna";
  EXPECT_THAT(VideoRefusal(video_),
              AllOf(HasSubstr("videos/a.json is of anna/a"), HasSubstr("run.json says a;")));
}

TEST_F(ReadBack, RefusesAnIntervalOutOfRange) {
  video_["intervals"][1]["offset"] = 91;
  EXPECT_THAT(VideoRefusal(video_),
              HasSubstr("intervals[1].offset is 91; it must be from 1 to 90"));
  video_["intervals"][1]["offset"] = 5;
  EXPECT_THAT(VideoRefusal(video_), HasSubstr("intervals[1].offset is 5, before its beginning"));
}

TEST_F(ReadBack, RefusesListsThatDoNotFit) {
  Json shorter = video_;
  shorter["smoothed"].erase(0);
  EXPECT_THAT(VideoRefusal(shorter), HasSubstr("smoothed has 86 values; it must have 87"));
  Json longer = video_;
  longer["first_scored_frame"] = 5;
  EXPECT_THAT(VideoRefusal(longer), HasSubstr("scores go on after the last frame"));
  Json boxes = video_;
  boxes["per_frame"]["box"][2] = {1, 2, 3};
  EXPECT_THAT(VideoRefusal(boxes), HasSubstr("per_frame.box[2] has 3 values"));
}

TEST_F(ReadBack, RefusesValuesOfAnotherKind) {
  Json cause = video_;
  cause["per_frame"]["cause"][41] = "tired";
  EXPECT_THAT(VideoRefusal(cause), HasSubstr("per_frame.cause[41] is 'tired'"));
  Json score = video_;
  score["scores"][3] = "high";
  EXPECT_THAT(VideoRefusal(score), HasSubstr("scores[3] must be a number"));
  Json emotion = video_;
  emotion["intervals"][0]["emotion"] = "joy";
  EXPECT_THAT(VideoRefusal(emotion), HasSubstr("none of the classes"));
  Json frames = video_;
  frames["frames"] = 0;
  EXPECT_THAT(VideoRefusal(frames), HasSubstr("frames is 0; it must be from 1"));
}

TEST_F(ReadBack, NamesWhatAnEarlierMestrDidNotWrite) {
  video_.erase("frame_times_s");
  EXPECT_THAT(VideoRefusal(video_), HasSubstr("run the video again"));
}

}  // namespace
}  // namespace mestr::internal
