#include "submission/check.h"

#include "core/files.h"
#include "submission/archive.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;

constexpr char kHeader[] = "subject,video,onset,offset,emotion\n";

const std::vector<KnownVideo> kKnownVideos = {
    {{"cas", "1", "a"}, 100}, {{"cas", "1", "b"}, std::nullopt}, {{"samm", "017", "017_3"}, 1000}};

std::vector<std::string> ProblemsOfCas(const std::string& content,
                                       std::span<const KnownVideo> known = {}) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "cas_pred.csv", content);
  return CheckSubmission(folder.path() / "cas_pred.csv", known).problems;
}

std::vector<std::string> ProblemsOfZip(const std::vector<ArchiveEntry>& entries,
                                       std::span<const KnownVideo> known = {}) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "submission.zip", entries);
  return CheckSubmission(folder.path() / "submission.zip", known).problems;
}

TEST(CheckSubmission, FindsNothingInAGoodOne) {
  const TemporaryFolder folder;
  const std::vector<ArchiveEntry> entries = {
      {"cas_pred.csv", std::string(kHeader) + "1,a,88,100,negative\n1,b,5,9999,surprise\n"},
      {"samm_pred.csv", std::string(kHeader) + "17,017_3,316,428,positive\n"}};
  WriteZip(folder.path() / "submission.zip", entries);
  for (const ArchiveEntry& entry : entries) {
    WriteFileAtomically(folder.path() / entry.name, entry.content);
  }
  for (const auto& path : {folder.path(), folder.path() / "submission.zip"}) {
    const SubmissionCheck check = CheckSubmission(path, kKnownVideos);
    EXPECT_THAT(check.problems, IsEmpty());
    EXPECT_EQ(check.rows, 3);
    EXPECT_EQ(check.files.size(), 2u);
  }
}

TEST(CheckSubmission, NamesEveryBadLineInTheirOrder) {
  EXPECT_THAT(ProblemsOfCas(std::string(kHeader) + "1,a,1,10,negative\n"    // 2: good
                                                   "1,a,20,15,negative\n"   // 3: onset after offset
                                                   "1,a,5,12,positive\n"    // 4: overlaps line 2
                                                   "1,a,30,40,happy\n"      // 5: unknown emotion
                                                   "1,a,50,60\n"            // 6: too few fields
                                                   "1,c,50,60,negative\n"   // 7: unknown video
                                                   "1,a,90,101,surprise\n"  // 8: outside the video
                                                   "1,a,x,101,surprise\n"   // 9: not a number
                                                   "1,a,0,5,surprise\n"     // 10: frame 0
                                                   "1,b,7,9,others\n",  // 11: not for a submission
                            kKnownVideos),
              ElementsAre(EndsWith("cas_pred.csv:3:5: onset 20 is after offset 15"),
                          EndsWith("cas_pred.csv:4:1: frames 5 to 12 overlap the prediction of "
                                   "line 2, frames 1 to 10"),
                          EndsWith("cas_pred.csv:5:11: emotion 'happy' is not negative, positive "
                                   "or surprise"),
                          EndsWith("cas_pred.csv:6:1: 4 fields, the header has 5"),
                          EndsWith("cas_pred.csv:7:1: unknown video 'c' of subject '1'"),
                          EndsWith("cas_pred.csv:8:8: offset 101 is outside the video, which has "
                                   "100 frames"),
                          EndsWith("cas_pred.csv:9:5: onset 'x' is not a whole number"),
                          EndsWith("cas_pred.csv:10:5: onset '0' is not in [1, 1000000000]"),
                          EndsWith("cas_pred.csv:11:9: emotion 'others' is left out of a "
                                   "submission")));
}

TEST(CheckSubmission, FindsALaterRowWithinAnEarlierOne) {
  EXPECT_THAT(ProblemsOfCas(std::string(kHeader) +
                            "1,a,30,40,negative\n1,a,1,90,negative\n1,a,50,60,positive\n"),
              ElementsAre(HasSubstr(":3:1: frames 1 to 90 overlap the prediction of line 2"),
                          HasSubstr(":4:1: frames 50 to 60 overlap the prediction of line 3")));
}

TEST(CheckSubmission, LetsNeighboursTouchAndOtherVideosOverlap) {
  EXPECT_THAT(ProblemsOfCas(std::string(kHeader) +
                            "1,a,1,10,negative\n1,a,11,20,negative\n1,b,5,15,negative\n"
                            "2,a,5,15,negative\n"),
              IsEmpty());
}

TEST(CheckSubmission, ChecksNoVideoNamesWithoutAList) {
  EXPECT_THAT(ProblemsOfCas(std::string(kHeader) + "9,zz,1,99999,negative\n"), IsEmpty());
}

TEST(CheckSubmission, RefusesAnotherHeader) {
  EXPECT_THAT(ProblemsOfCas("vid,pred_onset,pred_offset,type\n1,2,3,me\n"),
              ElementsAre(HasSubstr("cas_pred.csv:1:1: the header has no column 'subject'")));
  EXPECT_THAT(ProblemsOfCas("video,subject,onset,offset,emotion\na,1,5,9,negative\n"),
              ElementsAre(EndsWith("cas_pred.csv:1:1: the header must be "
                                   "subject,video,onset,offset,emotion, in this order")));
  EXPECT_THAT(ProblemsOfCas("subject,video,onset,offset,emotion,score\n1,a,5,9,negative,1\n"),
              ElementsAre(HasSubstr("cas_pred.csv:1:36: unknown column 'score'")));
  EXPECT_THAT(ProblemsOfCas(""), ElementsAre(HasSubstr("cas_pred.csv:1:1: the file is empty")));
}

TEST(CheckSubmission, RefusesWrongNamesInTheZip) {
  EXPECT_THAT(ProblemsOfZip({{"cas_pred.csv", kHeader}, {"SAMM_pred.csv", kHeader}}),
              ElementsAre(AllOf(HasSubstr("submission.zip/SAMM_pred.csv: a submission holds"),
                                HasSubstr("cas_pred.csv and samm_pred.csv")),
                          EndsWith("submission.zip: samm_pred.csv is missing")));
  EXPECT_THAT(ProblemsOfZip({{"out/cas_pred.csv", kHeader}, {"samm_pred.csv", kHeader}}),
              ElementsAre(HasSubstr("submission.zip/out/cas_pred.csv: "),
                          EndsWith("cas_pred.csv is missing")));
  EXPECT_THAT(
      ProblemsOfZip(
          {{"cas_pred.csv", kHeader}, {"cas_pred.csv", kHeader}, {"samm_pred.csv", kHeader}}),
      ElementsAre(EndsWith("cas_pred.csv: this name is in the zip twice")));
}

TEST(CheckSubmission, NamesWhatALeaderboardMayNotForgive) {
  EXPECT_THAT(
      ProblemsOfCas(std::string(kHeader) + "1,a,1.0,10,negative\n,,,,\n1,a,20,30,negative,\n"),
      ElementsAre(EndsWith("cas_pred.csv:2:5: onset '1.0' is not a whole number"),
                  EndsWith("cas_pred.csv:3:1: an empty row; remove it"),
                  EndsWith("cas_pred.csv:4:20: an empty field more than the header has; "
                           "remove it")));
  EXPECT_THAT(ProblemsOfCas("Subject,video,onset,offset,emotion\n"),
              ElementsAre(EndsWith("cas_pred.csv:1:1: the column 'Subject' must be written "
                                   "'subject'")));
  EXPECT_THAT(ProblemsOfCas("subject;video;onset;offset;emotion\n"),
              ElementsAre(HasSubstr("cas_pred.csv:1:8: the columns are separated by semicolons")));
}

TEST(CheckSubmission, ShowsEscapeCodesInPlaceOfSendingThem) {
  EXPECT_THAT(ProblemsOfZip({{"\x1B[2Jcas_pred.csv", kHeader}, {"samm_pred.csv", kHeader}}),
              ElementsAre(HasSubstr("submission.zip/\\x1b[2Jcas_pred.csv: a submission holds"),
                          EndsWith("cas_pred.csv is missing")));
  EXPECT_THAT(ProblemsOfCas(std::string(kHeader) + "1,a,1,10,\x1B[31mbad\n"),
              ElementsAre(EndsWith("cas_pred.csv:2:10: emotion '\\x1b[31mbad' is not negative, "
                                   "positive or surprise")));
}

TEST(CheckSubmission, NamesLinesWithinTheZip) {
  EXPECT_THAT(
      ProblemsOfZip({{"cas_pred.csv", kHeader},
                     {"samm_pred.csv", std::string(kHeader) + "17,017_3,9,5,negative\n"}}),
      ElementsAre(EndsWith("submission.zip/samm_pred.csv:2:10: onset 9 is after offset 5")));
}

TEST(CheckSubmission, MissesFilesOfAFolder) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "samm_pred.csv", kHeader);
  EXPECT_THAT(CheckSubmission(folder.path(), {}).problems,
              ElementsAre(EndsWith("cas_pred.csv is missing")));
}

TEST(CheckSubmission, RefusesAnotherFileName) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "pred.csv", kHeader);
  EXPECT_THAT(CheckSubmission(folder.path() / "pred.csv", {}).problems,
              ElementsAre(HasSubstr("pred.csv: a leaderboard file is named")));
}

TEST(CheckSubmission, ThrowsWhereItCannotBeRead) {
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [] { CheckSubmission("/no/such/cas_pred.csv", {}); }),
              HasSubstr("/no/such/cas_pred.csv"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [] { CheckSubmission("/no/such.zip", {}); }),
              HasSubstr("/no/such.zip"));
}

TEST(ReadVideoLengths, ReadsLengthsThatMayBeUnknown) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "lengths.csv",
                      "dataset,subject,video,frames\ncas,1,a,100\ncas,1,b,\n");
  const std::vector<KnownVideo> videos = ReadVideoLengths(folder.path() / "lengths.csv");
  ASSERT_EQ(videos.size(), 2u);
  EXPECT_EQ(videos[0].video, (VideoKey{"cas", "1", "a"}));
  EXPECT_EQ(videos[0].frames, 100);
  EXPECT_EQ(videos[1].frames, std::nullopt);
}

TEST(ReadVideoLengths, RefusesAVideoThatIsThereTwice) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "lengths.csv",
                      "dataset,subject,video,frames\ncas,1,a,10\ncas,01,a,20\n");
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInput, [&] { ReadVideoLengths(folder.path() / "lengths.csv"); }),
      EndsWith("lengths.csv:3:8: the same video as in line 2"));
}

TEST(ReadVideoLengths, RefusesALengthOfNothing) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "lengths.csv", "dataset,subject,video,frames\ncas,1,a,0\n");
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInput, [&] { ReadVideoLengths(folder.path() / "lengths.csv"); }),
      EndsWith("lengths.csv:2:9: frames '0' is not in [1, 1000000000]"));
}

}  // namespace
}  // namespace mestr::internal
