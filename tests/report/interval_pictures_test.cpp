#include "report/interval_pictures.h"

#include <opencv2/imgcodecs.hpp>

#include "core/files.h"
#include "report/made_footage.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::EvenTimes;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

class PicturesTest : public ::testing::Test {
 protected:
  // Results of a person's clip with these times.
  VideoResults Make(const std::vector<double>& times_s, double fps) const {
    testing::WriteFootage(clip_, times_s);
    const fs::path out = folder_.path() / "out";
    testing::WriteFootageResults(out, clip_, testing::FootageAnalysis(times_s, fps));
    const RunResults run = ReadRun(out);
    return ReadVideo(run, run.videos.at(0));
  }

  std::vector<std::vector<IntervalPictures>> Pictures(const VideoResults& video) {
    return PicturesOf(video, {}, {});
  }

  std::vector<double> TimesOf(const std::string& mp4) const {
    const fs::path path = folder_.path() / "clip_of_find.mp4";
    WriteFileAtomically(path, mp4);
    const auto source = OpenVideoFile(path);
    std::vector<double> times_s;
    Frame frame;
    while (source->Next(frame)) {
      EXPECT_EQ(frame.image_bgr.size(), cv::Size(160, 160));
      times_s.push_back(frame.time_s);
    }
    return times_s;
  }

  testing::TemporaryFolder folder_;
  fs::path clip_ = folder_.path() / "clip.mp4";
};

cv::Mat Decoded(const std::string& jpeg) {
  return cv::imdecode(std::vector<char>(jpeg.begin(), jpeg.end()), cv::IMREAD_COLOR);
}

TEST_F(PicturesTest, EachFindHasItsPictures) {
  const VideoResults video = Make(EvenTimes(30), 30);
  const auto pictures = Pictures(video);
  ASSERT_THAT(pictures, ElementsAre(SizeIs(2)));
  for (const IntervalPictures& find : pictures[0]) {
    for (const std::string& jpeg : {find.onset_jpeg, find.apex_jpeg, find.offset_jpeg,
                                    find.difference_jpeg, find.flow_jpeg}) {
      EXPECT_EQ(Decoded(jpeg).size(), cv::Size(160, 160));
    }
    EXPECT_THAT(find.difference_gain, AllOf(Ge(1), Le(8)));
    EXPECT_GE(find.flow_full_px, 0.5);
    EXPECT_EQ(find.side_px, 160);
    EXPECT_LT(find.clip_mp4.size() + find.magnified_mp4.size(), 40'000U);
  }
}

TEST_F(PicturesTest, ClipsHaveTheFramesAroundTheFindAtAQuarterOfTheSpeed) {
  const auto pictures = Pictures(Make(EvenTimes(30), 30));
  const IntervalPictures& first = pictures[0][0];  // frames 10 to 14, and nine around them
  const std::vector<double> times_s = TimesOf(first.clip_mp4);
  ASSERT_THAT(times_s, SizeIs(23));
  EXPECT_NEAR(times_s.back(), 4 * 22 / 30.0, 1e-3);
  EXPECT_EQ(TimesOf(first.magnified_mp4), times_s);
  EXPECT_NE(first.magnified_mp4, first.clip_mp4);
  EXPECT_NEAR(first.first_s, 1 / 30.0, 1e-6);
}

TEST_F(PicturesTest, ClipsEndWhereTheStretchEnds) {
  // Frames 60 to 66 of a stretch from frame 50 on.
  VideoResults video = Make(EvenTimes(30), 30);
  video.faces[0].stretches[1].frames.onset = 57;
  EXPECT_THAT(TimesOf(Pictures(video)[0][1].clip_mp4), SizeIs(9 + 7 + 3));
}

TEST_F(PicturesTest, OfAHighFrameRateClipsShowWhatCanBeSeen) {
  const auto pictures = Pictures(Make(EvenTimes(240), 240));
  // 72 frames of 0.3 s to either side end where the video does, and every second counts.
  const std::vector<double> times_s = TimesOf(pictures[0][0].clip_mp4);
  ASSERT_THAT(times_s.size(), AllOf(Ge(15U), Le(21U)));
  EXPECT_NEAR(times_s[1] - times_s[0], 4 * 2 / 240.0, 1e-3);
}

TEST_F(PicturesTest, AnApexAtTheOnsetHasNothingToBeComparedWith) {
  VideoResults video = Make(EvenTimes(30), 30);
  video.faces[0].intervals[0].peak = video.faces[0].intervals[0].interval.onset;
  const IntervalPictures find = Pictures(video)[0][0];
  EXPECT_THAT(find.difference_jpeg, IsEmpty());
  EXPECT_THAT(find.flow_jpeg, IsEmpty());
  EXPECT_THAT(find.apex_jpeg, Not(IsEmpty()));
}

TEST_F(PicturesTest, FramesWithoutAFaceAreLeftOut) {
  VideoResults video = Make(EvenTimes(30), 30);
  for (FrameState& state : video.faces[0].frames) state.box = {};
  const auto pictures = Pictures(video);
  EXPECT_THAT(pictures[0][0].onset_jpeg, IsEmpty());
  EXPECT_THAT(pictures[0][0].clip_mp4, IsEmpty());
}

TEST_F(PicturesTest, AVideoWithoutFindsIsNotOpened) {
  VideoResults video = Make(EvenTimes(30), 30);
  video.faces[0].intervals.clear();
  video.input.path = folder_.path() / "gone.mp4";
  EXPECT_THAT(Pictures(video), ElementsAre(IsEmpty()));
}

TEST_F(PicturesTest, AMissingVideoAndAnotherOneAreRefused) {
  VideoResults video = Make(EvenTimes(30), 30);
  video.width = 640;
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { Pictures(video); }),
              HasSubstr("is not the video of these results"));
  fs::remove(clip_);
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { Pictures(video); }),
              HasSubstr("no such file"));
}

TEST_F(PicturesTest, AreTheSameEveryTime) {
  const VideoResults video = Make(EvenTimes(30), 30);
  const auto once = Pictures(video);
  const auto again = Pictures(video);
  EXPECT_EQ(once[0][0].magnified_mp4, again[0][0].magnified_mp4);
  EXPECT_EQ(once[0][1].flow_jpeg, again[0][1].flow_jpeg);
}

}  // namespace
}  // namespace mestr::internal
