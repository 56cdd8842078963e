#include "mestr/submission/predictions.h"

#include "core/files.h"
#include "submission/archive.h"
#include "submission/made_records.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::MakePrediction;
using testing::TemporaryFolder;

constexpr char kLeaderboardHeader[] = "subject,video,onset,offset,emotion\n";

Prediction FullPrediction() {
  Prediction prediction = MakePrediction({"", "", "my clip.mp4"}, {0, 12}, "surprise");
  prediction.apex = 6;
  prediction.onset_s = 0.0;
  prediction.offset_s = 0.4;
  prediction.probability = 0.7;
  prediction.score = -1.25;
  prediction.evidence = 0.85;
  prediction.context = "blink+head";
  prediction.track = 1;
  return prediction;
}

TEST(LeaderboardCsv, IsWhatThePublishedSubmissionsLookLike) {
  const std::vector<Prediction> predictions = {
      MakePrediction({"samm", "017", "017_3"}, {315, 427}, "positive"),
      MakePrediction({"samm", "017", "017_3"}, {500, 600}, "others")};
  EXPECT_EQ(LeaderboardCsv(predictions),
            "subject,video,onset,offset,emotion\n17,017_3,316,428,positive\n");
}

TEST(LeaderboardCsv, HasItsHeaderWhereNothingWasFound) {
  EXPECT_EQ(LeaderboardCsv({}), kLeaderboardHeader);
}

TEST(LeaderboardFile, ReadsBackWithTheDatasetOfItsName) {
  const TemporaryFolder folder;
  const std::vector<Prediction> predictions = {
      MakePrediction({"cas", "1", "a"}, {0, 12}, "negative"),
      MakePrediction({"cas", "1", "b"}, {5, 5}, "surprise")};
  WriteFileAtomically(folder.path() / LeaderboardFileName("cas"), LeaderboardCsv(predictions));
  EXPECT_EQ(ReadLeaderboardFile(folder.path() / "cas_pred.csv"), predictions);
}

TEST(LeaderboardFile, NeedsANameThatTellsTheDataset) {
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [] { ReadLeaderboardFile("answers.csv"); }),
              HasSubstr("named <dataset>_pred.csv"));
}

TEST(LeaderboardFile, RefusesABadRowWithItsPlace) {
  const TemporaryFolder folder;
  const auto read_error = [&](const std::string& content) {
    WriteFileAtomically(folder.path() / "cas_pred.csv", content);
    return ErrorMessage(ErrorKind::kInput,
                        [&] { ReadLeaderboardFile(folder.path() / "cas_pred.csv"); });
  };
  EXPECT_THAT(read_error(std::string(kLeaderboardHeader) + "1,a,9,5,negative\n"),
              EndsWith("cas_pred.csv:2:5: onset 9 is after offset 5"));
  EXPECT_THAT(read_error(std::string(kLeaderboardHeader) + "1,a,5,9,\n"),
              EndsWith("cas_pred.csv:2:9: emotion is empty"));
  EXPECT_THAT(read_error("vid,pred_onset,pred_offset,type\n"),
              HasSubstr("cas_pred.csv:1:1: the header has no column 'subject'"));
}

TEST(PredictionsFile, ReadsBackAsItWasWritten) {
  const TemporaryFolder folder;
  const std::vector<Prediction> predictions = {FullPrediction(),
                                               MakePrediction({"own", "2", "b"}, {5, 9}, "others")};
  WriteFileAtomically(folder.path() / kPredictionsFile, PredictionsCsv(predictions));
  EXPECT_EQ(ReadPredictionsFile(folder.path() / kPredictionsFile), predictions);
}

TEST(PredictionsFile, LetsNoSpreadsheetRunANameAndReadsItBack) {
  const TemporaryFolder folder;
  const std::vector<Prediction> predictions = {MakePrediction({"-d", "+1", "=1+1"}, {5, 9}, "@a"),
                                               MakePrediction({"", "", "'=1"}, {5, 9}, "others")};
  const std::string csv = PredictionsCsv(predictions);
  EXPECT_THAT(csv, AllOf(HasSubstr("\n'-d,'+1,'=1+1,6,"), HasSubstr(",'@a,"), HasSubstr(",''=1,")));
  WriteFileAtomically(folder.path() / kPredictionsFile, csv);
  EXPECT_EQ(ReadPredictionsFile(folder.path() / kPredictionsFile), predictions);
}

TEST(PredictionsFile, WritesOneBasedFramesAndEmptyCellsForWhatIsNotKnown) {
  EXPECT_EQ(PredictionsCsv(std::vector<Prediction>{
                FullPrediction(), MakePrediction({"own", "2", "b"}, {5, 9}, "positive")}),
            "dataset,subject,video,onset,apex,offset,onset_s,offset_s,emotion,probability,score,"
            "evidence,context,track\n"
            ",,my clip.mp4,1,7,13,0,0.4,surprise,0.7,-1.25,0.85,blink+head,2\n"
            "own,2,b,6,,10,,,positive,,,,,\n");
}

TEST(PredictionsFile, TwoPeopleMayDoTheSameAtOnce) {
  const TemporaryFolder folder;
  const std::string row = "own,1,a,6,10,negative,";
  const std::string header = "dataset,subject,video,onset,offset,emotion,track\n";
  WriteFileAtomically(folder.path() / "two.csv", header + row + "1\n" + row + "2\n");
  const std::vector<Prediction> read = ReadPredictionsFile(folder.path() / "two.csv");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].track, 0);
  EXPECT_EQ(read[1].track, 1);
  WriteFileAtomically(folder.path() / "one.csv", header + row + "2\n" + row + "2\n");
  EXPECT_THAT(testing::ErrorMessage(ErrorKind::kInput,
                                    [&] { ReadPredictionsFile(folder.path() / "one.csv"); }),
              HasSubstr("the same prediction as in line 2"));
}

TEST(PredictionsFile, NeedsOnlyWhatTheScoreNeeds) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "p.csv",
                      "emotion,dataset,subject,video,onset,offset\nnegative,cas,1,a,6,10\n");
  EXPECT_EQ(ReadPredictionsFile(folder.path() / "p.csv"),
            std::vector<Prediction>{MakePrediction({"cas", "1", "a"}, {5, 9}, "negative")});
}

TEST(PredictionsFile, RefusesAProbabilityOverOne) {
  const TemporaryFolder folder;
  WriteFileAtomically(
      folder.path() / "p.csv",
      "dataset,subject,video,onset,offset,emotion,probability\ncas,1,a,6,10,negative,1.5\n");
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInput, [&] { ReadPredictionsFile(folder.path() / "p.csv"); }),
      EndsWith("p.csv:2:23: probability '1.5' is not in [0, 1]"));
}

TEST(LeaderboardFile, IsWrittenAsItsFormatHasIt) {
  EXPECT_THAT(LeaderboardCsv(std::vector<Prediction>{MakePrediction({"cas", "1", "=1"}, {5, 9})}),
              EndsWith("\n1,=1,6,10,negative\n"));
}

TEST(LeaderboardFile, IsReadAsSpreadsheetsWriteIt) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "cas_pred.csv",
                      "\xEF\xBB\xBF\" subject \",video,onset,offset,emotion,\r\n,,,,,\r\n"
                      "1,a,6.0,10.0,negative,\r\n,,,,\r\n");
  EXPECT_EQ(ReadLeaderboardFile(folder.path() / "cas_pred.csv"),
            std::vector<Prediction>{MakePrediction({"cas", "1", "a"}, {5, 9})});
}

TEST(ReadPredictions, RefusesAPredictionThatIsThereTwice) {
  const TemporaryFolder folder;
  WriteFileAtomically(
      folder.path() / "cas_pred.csv",
      std::string(kLeaderboardHeader) + "1,a,5,9,negative\n1,a,5,9,positive\n001,a,5,9,negative\n");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadPredictions({folder.path()}); }),
              EndsWith("cas_pred.csv:4:1: the same prediction as in line 2 (video 'a', frames 5 to "
                       "9); remove one of them"));
}

TEST(ReadPredictions, TellsWhereAnEmotionIsThatSomebodyDoesNotKnow) {
  const TemporaryFolder folder;
  const std::string row = "1,a,5,9,bad\n";
  WriteFileAtomically(folder.path() / "cas_pred.csv", kLeaderboardHeader + row);
  WriteFileAtomically(folder.path() / "p.csv",
                      "dataset,subject,video,onset,offset,emotion\nown,1,a,5,9,bad\n");
  WriteZip(folder.path() / "s.zip",
           std::vector<ArchiveEntry>{{"cas_pred.csv", kLeaderboardHeader + row}});
  const std::vector<std::pair<std::string, std::string>> places = {
      {"cas_pred.csv", "cas_pred.csv:2:9: so bad"},
      {"p.csv", "p.csv:2:13: so bad"},
      {"s.zip", "s.zip/cas_pred.csv:2:9: so bad"}};
  const auto problem = [](const Prediction&) { return std::string("so bad"); };
  for (const auto& [file, place] : places) {
    EXPECT_THAT(
        ErrorMessage(ErrorKind::kInput, [&] { ReadPredictions({folder.path() / file}, problem); }),
        EndsWith(place));
  }
}

TEST(ReadPredictions, RefusesAZipOfFoldersOrWithANameTwice) {
  const TemporaryFolder folder;
  const std::string good = std::string(kLeaderboardHeader) + "1,a,5,9,negative\n";
  const auto zip_error = [&](const std::vector<ArchiveEntry>& entries) {
    WriteZip(folder.path() / "s.zip", entries);
    return ErrorMessage(ErrorKind::kInput, [&] { ReadPredictions({folder.path() / "s.zip"}); });
  };
  for (const std::string name : {"out/cas_pred.csv", "../cas_pred.csv", "a\\cas_pred.csv"}) {
    EXPECT_THAT(zip_error({{name, good}}), HasSubstr("s.zip/" + name + ": a submission holds"));
  }
  EXPECT_THAT(zip_error({{"cas_pred.csv", good}, {"cas_pred.csv", kLeaderboardHeader}}),
              EndsWith("s.zip/cas_pred.csv: this name is in the zip twice"));
  EXPECT_THAT(zip_error({{"\x1B[2J.csv", good}}), HasSubstr("s.zip/\\x1b[2J.csv: a submission"));
  EXPECT_THAT(
      zip_error({{"cas_pred.csv", std::string(kLeaderboardHeader) + std::string("1,a\0b", 5)}}),
      HasSubstr("s.zip/cas_pred.csv:2:4: a NUL byte"));
}

TEST(ReadPredictions, TakesWhatAFolderHas) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "samm_pred.csv",
                      std::string(kLeaderboardHeader) + "17,017_3,316,428,positive\n");
  WriteFileAtomically(folder.path() / "predictions.csv",
                      PredictionsCsv(std::vector<Prediction>{FullPrediction()}));
  WriteFileAtomically(folder.path() / "notes.csv", "anything");
  EXPECT_EQ(
      ReadPredictions({folder.path()}),
      (std::vector<Prediction>{MakePrediction({"samm", "17", "017_3"}, {315, 427}, "positive"),
                               FullPrediction()}));
}

TEST(ReadPredictions, ReadsASubmissionZip) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "submission.zip",
           std::vector<ArchiveEntry>{
               {"cas_pred.csv", std::string(kLeaderboardHeader) + "1,a,1,13,negative\n"},
               {"samm_pred.csv", kLeaderboardHeader}});
  EXPECT_EQ(ReadPredictions({folder.path() / "submission.zip"}),
            std::vector<Prediction>{MakePrediction({"cas", "1", "a"}, {0, 12}, "negative")});
}

TEST(ReadPredictions, NamesTheLineWithinAZip) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "s.zip",
           std::vector<ArchiveEntry>{
               {"cas_pred.csv", std::string(kLeaderboardHeader) + "1,a,x,13,negative\n"}});
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadPredictions({folder.path() / "s.zip"}); }),
              EndsWith("s.zip/cas_pred.csv:2:5: onset 'x' is not a whole number"));
}

TEST(ReadPredictions, RefusesAZipWithAnotherFile) {
  const TemporaryFolder folder;
  WriteZip(folder.path() / "s.zip", std::vector<ArchiveEntry>{{"out/cas.csv", kLeaderboardHeader}});
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadPredictions({folder.path() / "s.zip"}); }),
              HasSubstr("s.zip/out/cas.csv: a submission holds"));
}

TEST(ReadPredictions, RefusesAFolderWithoutPredictions) {
  const TemporaryFolder folder;
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadPredictions({folder.path()}); }),
              HasSubstr("no cas_pred.csv, samm_pred.csv or predictions.csv"));
}

TEST(ReadPredictions, CountsNoVideoTwice) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "cas_pred.csv",
                      std::string(kLeaderboardHeader) + "1,a,1,13,negative\n");
  WriteFileAtomically(folder.path() / "more.csv",
                      "dataset,subject,video,onset,offset,emotion\ncas,01,a,6,10,negative\n");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput,
                           [&] {
                             ReadPredictions({folder.path(), folder.path() / "more.csv"});
                           }),
              AllOf(HasSubstr("more.csv: video a"), HasSubstr("cas_pred.csv too")));
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput,
                           [&] {
                             ReadPredictions({folder.path(), folder.path() / "."});
                           }),
              HasSubstr("given twice"));
}

}  // namespace
}  // namespace mestr::internal
