#include "report/truth.h"

#include "core/files.h"
#include "results/made_results.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kHeader[] = "dataset,subject,video,onset,apex,offset,emotion,type\n";

class LabelsOfARun : public ::testing::Test {
 protected:
  LabelsOfARun() {
    testing::WriteMadeResults(folder_.path());
    run_ = ReadRun(folder_.path());
    video_ = ReadVideo(run_, run_.videos.at(0));
  }
  // Finds are frames 11 to 15 and 61 to 67, counted from 1.
  Truth Labels(const std::string& rows) const {
    const auto file = folder_.path() / "labels.csv";
    WriteFileAtomically(file, kHeader + rows);
    return Truth(file);
  }

  testing::TemporaryFolder folder_;
  RunResults run_;
  VideoResults video_;
};

TEST_F(LabelsOfARun, MakeHitsFalseAlarmsAndMisses) {
  const JudgedVideo judged =
      Labels(",,a,11,13,16,negative,micro\n,,a,30,32,35,positive,micro\n").Judge(video_);
  ASSERT_THAT(judged.finds, SizeIs(2));
  EXPECT_EQ(judged.finds[0].label, 0U);
  EXPECT_NEAR(judged.finds[0].iou, 5.0 / 6, 1e-9);
  EXPECT_EQ(judged.finds[1].label, std::nullopt);
  EXPECT_EQ(judged.is_hit, (std::vector<bool>{true, false}));
}

TEST_F(LabelsOfARun, AreHitAsEvaluateCountsThem) {
  // The overlap is below half of the union.
  const Truth truth = Labels(",,a,14,16,20,negative,micro\n");
  EXPECT_EQ(truth.Judge(video_).is_hit, std::vector<bool>{false});
}

TEST_F(LabelsOfARun, OfMacroExpressionsAreNeitherHitNorMissed) {
  const Truth truth = Labels(",,a,11,13,15,negative,macro\n");
  const JudgedVideo judged = truth.Judge(video_);
  ASSERT_THAT(judged.labels, SizeIs(1));
  EXPECT_EQ(judged.finds[0].label, std::nullopt);
  EXPECT_EQ(truth.ScoredLabelsOf(video_.input.key), 0);
}

TEST_F(LabelsOfARun, FindsOfOthersAreLeftOut) {
  video_.faces[0].intervals[0].emotion = "others";
  const JudgedVideo judged = Labels(",,a,61,64,67,positive,micro\n").Judge(video_);
  ASSERT_THAT(judged.finds, SizeIs(1));
  EXPECT_EQ(judged.finds[0].interval, 1U);
  EXPECT_EQ(judged.finds[0].label, 0U);
}

TEST_F(LabelsOfARun, OfNoVideoOfTheRunAreRefused) {
  const Truth truth = Labels("casme,1,b,11,13,15,negative,micro\n");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { truth.CheckFits(run_); }),
              AllOf(HasSubstr("labels.csv: no label is of a video of"), HasSubstr("'casme'"),
                    HasSubstr("video 'a'")));
}

TEST_F(LabelsOfARun, OfOtherVideosAreCounted) {
  const Truth truth = Labels(",,b,11,13,15,negative,micro\n,,a,11,13,15,negative,micro\n");
  truth.CheckFits(run_);
  EXPECT_EQ(truth.LabelsOfOtherVideos(run_), 1);
}

TEST_F(LabelsOfARun, ThatEndAfterTheVideoAreRefused) {
  const Truth truth = Labels(",,a,80,85,91,negative,micro\n");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput, [&] { truth.Judge(video_); }),
              AllOf(HasSubstr("labels.csv: a label ends at frame 91"), HasSubstr("has 90 frames")));
}

}  // namespace
}  // namespace mestr::internal
