#include "vqa_ask/key_frames.h"

#include "core/files.h"
#include "core/record_file.h"
#include "results/made_results.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class KeyFramesOfLabelFile : public ::testing::Test {
 protected:
  KeyFrames Of(const std::string& rows, const VideoKey& key,
               std::optional<std::int64_t> event = std::nullopt) {
    WriteFileAtomically(folder_.path() / "labels.csv",
                        "dataset,subject,video,onset,apex,offset,emotion,type\n" + rows);
    std::string note;
    return KeyFramesOfLabels(folder_.path() / "labels.csv")
        ->Of({.path = "clip", .key = key, .fps = {}}, event, note);
  }
  std::string Problem(const std::string& rows, const VideoKey& key,
                      std::optional<std::int64_t> event = std::nullopt) {
    return ErrorMessage(ErrorKind::kInput, [&] { Of(rows, key, event); });
  }

  TemporaryFolder folder_;
};

constexpr char kRows[] =
    "cas,1,a,40,45,50,,macro\n"
    "cas,1,a,20,25,30,negative,micro\n"
    "cas,1,a,60,,70,positive,micro\n"
    "samm,007,b,1,2,3,,macro\n";

TEST_F(KeyFramesOfLabelFile, AClipIsAboutItsFirstMicroExpression) {
  EXPECT_EQ(Of(kRows, {"cas", "01", "a"}), (KeyFrames{19, 24, 29}));
  EXPECT_EQ(Of(kRows, {"samm", "7", "b"}), (KeyFrames{0, 1, 2}));
}

TEST_F(KeyFramesOfLabelFile, EventsAreCountedByTheirOnsets) {
  EXPECT_EQ(Of(kRows, {"cas", "1", "a"}, 2), (KeyFrames{39, 44, 49}));
  EXPECT_EQ(Of(kRows, {"cas", "1", "a"}, 3), (KeyFrames{59, std::nullopt, 69}));
  EXPECT_THAT(Problem(kRows, {"cas", "1", "a"}, 4),
              HasSubstr("labels.csv has no expression number 4 of 'a'"));
}

TEST_F(KeyFramesOfLabelFile, AClipOfNoDataSetIsKnownByItsName) {
  EXPECT_EQ(Of(kRows, {"", "", "b"}), (KeyFrames{0, 1, 2}));
  EXPECT_EQ(Of(kRows, {"", "", "007_b"}), (KeyFrames{0, 1, 2}));
  EXPECT_THAT(Problem(kRows, {"", "", "c"}), HasSubstr("labels.csv has no label of 'c'"));
  EXPECT_THAT(Problem("cas,1,a,1,2,3,,macro\ncas,2,a,1,2,3,,macro\n", {"", "", "a"}),
              HasSubstr("has labels of several videos named 'a'"));
}

class KeyFramesOfResults : public ::testing::Test {
 protected:
  KeyFrames Of(const Analysis& analysis, std::optional<std::int64_t> event = std::nullopt) {
    WriteRecord(folder_.path() / "run.json", testing::MadeRun({testing::MadeEntry("a")}));
    WriteRecord(folder_.path() / "videos/a.json", testing::MadeVideo("a", analysis));
    return KeyFramesOfRun(folder_.path())
        ->Of({.path = "clips/a.mp4", .key = {"", "", "a"}, .fps = {}}, event, note_);
  }

  TemporaryFolder folder_;
  std::string note_;
};

TEST_F(KeyFramesOfResults, AClipIsAboutTheFindWithTheMostEvidence) {
  Analysis analysis = testing::MadeAnalysis();
  EXPECT_EQ(Of(analysis), (KeyFrames{10, 12, 14}));
  analysis.spotting.intervals[1].evidence.value = 0.75;
  EXPECT_EQ(Of(analysis), (KeyFrames{60, 63, 66}));
  EXPECT_EQ(note_, "");
}

TEST_F(KeyFramesOfResults, ExpressionsOfALongVideoAreFindsAndLongerOnes) {
  const Analysis analysis = testing::MadeAnalysis();
  EXPECT_EQ(Of(analysis, 2), (KeyFrames{20, 30, 39}));
  EXPECT_EQ(Of(analysis, 3), (KeyFrames{60, 63, 66}));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { Of(analysis, 4); }),
              HasSubstr("has no expression number 4 of 'a'"));
}

TEST_F(KeyFramesOfResults, WhereNothingWasFoundTheHighestScoreStandsInAndANoteSaysSo) {
  Analysis analysis = testing::MadeAnalysis();
  analysis.spotting.intervals.clear();
  analysis.spotting.smoothed[70] = 0.9;
  EXPECT_EQ(Of(analysis), (KeyFrames{0, analysis.scores.FrameOf(70), 89}));
  EXPECT_THAT(note_, HasSubstr("nothing was found in 'a'"));
}

}  // namespace
}  // namespace mestr::internal
