#include "mestr/submission/labels.h"

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::EndsWith;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

constexpr char kHeader[] = "dataset,subject,video,onset,apex,offset,emotion,type\n";

std::vector<Label> Read(const std::string& rows) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "labels.csv", kHeader + rows);
  return ReadLabels(folder.path() / "labels.csv");
}

std::string ReadError(const std::string& rows) {
  return ErrorMessage(ErrorKind::kInput, [&] { Read(rows); });
}

TEST(Labels, CountFromOneInTheFileAndFromZeroInside) {
  const std::vector<Label> labels = Read("samm,017,017_3,316,360,428,positive,micro\n");
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].video, (VideoKey{"samm", "017", "017_3"}));
  EXPECT_EQ(labels[0].interval, (Interval{315, 427}));
  EXPECT_EQ(labels[0].apex, 359);
  EXPECT_EQ(labels[0].emotion, "positive");
  EXPECT_EQ(labels[0].type, ExpressionType::kMicro);
}

TEST(Labels, ApexMayBeMissingAndMacroExpressionsNeedNoEmotion) {
  const std::vector<Label> labels = Read("cas,1,a,5,,9,,macro\n");
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].apex, std::nullopt);
  EXPECT_EQ(labels[0].emotion, "");
  EXPECT_EQ(labels[0].type, ExpressionType::kMacro);
}

TEST(Labels, ReadBackAsTheyWereWritten) {
  const std::vector<Label> labels = {
      {{"cas", "1", "a, \"b\""}, {0, 12}, 6, "negative", ExpressionType::kMicro},
      {{"", "", "clip.mp4"}, {7, 7}, std::nullopt, "", ExpressionType::kMacro}};
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "labels.csv", LabelsCsv(labels));
  EXPECT_EQ(ReadLabels(folder.path() / "labels.csv"), labels);
}

TEST(Labels, RefuseABadCellWithItsPlace) {
  EXPECT_THAT(ReadError("cas,1,a,20,,10,negative,micro\n"),
              EndsWith("labels.csv:2:9: onset 20 is after offset 10"));
  EXPECT_THAT(ReadError("cas,1,a,0,,10,negative,micro\n"),
              EndsWith("labels.csv:2:9: onset '0' is not in [1, 1000000000]"));
  EXPECT_THAT(ReadError("cas,1,a,5,,9e9,negative,micro\n"),
              EndsWith("labels.csv:2:12: offset '9e9' is not in [1, 1000000000]"));
  EXPECT_THAT(ReadError("cas,1,a,5,,9000000000,negative,micro\n"),
              EndsWith("labels.csv:2:12: offset '9000000000' is not in [1, 1000000000]"));
  EXPECT_THAT(ReadError("cas,1,a,5.5,,10,negative,micro\n"),
              EndsWith("labels.csv:2:9: onset '5.5' is not a whole number"));
  EXPECT_THAT(ReadError("cas,1,a,5,11,10,negative,micro\n"),
              EndsWith("labels.csv:2:11: apex 11 is outside onset 5 to offset 10"));
  EXPECT_THAT(ReadError("cas,1,a,5,,10,negative,Micro - 1/2\n"),
              EndsWith("labels.csv:2:24: type 'Micro - 1/2' is not micro or macro"));
  EXPECT_THAT(ReadError("cas,1,a,5,,10,,micro\n"), EndsWith("labels.csv:2:15: emotion is empty"));
  EXPECT_THAT(ReadError("cas,1,,5,,10,negative,micro\n"),
              EndsWith("labels.csv:2:7: video is empty"));
}

TEST(Labels, ReadTablesAsSpreadsheetsAndPandasWriteThem) {
  const std::vector<Label> labels = Read(
      "cas,1,a,23.0,,37.0,negative,micro\n,,,,,,,\n"
      "cas,1,b,2.3e1,29.,37,surprise,micro\r\n,,,,,,,\n");
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(labels[0].interval, (Interval{22, 36}));
  EXPECT_EQ(labels[0].apex, std::nullopt);
  EXPECT_EQ(labels[1].apex, 28);
}

TEST(Labels, RefuseALabelThatIsThereTwice) {
  EXPECT_THAT(ReadError("cas,1,a,23,29,37,negative,micro\ncas,01,a,23,,37,negative,micro\n"),
              EndsWith("labels.csv:3:1: the same label as in line 2 (video 'a', frames 23 to 37); "
                       "remove one of them"));
}

TEST(Labels, NameTheFirstRowThatIsThereAgain) {
  std::string rows;
  for (int i = 1; i <= 100; ++i) rows += "cas,1,a," + std::to_string(i) + ",,200,negative,micro\n";
  const std::string again = "cas,1,a,7,,200,negative,micro\n";
  EXPECT_THAT(ReadError(rows + "cas,1,a,50,,200,negative,micro\n" + again + again),
              HasSubstr("labels.csv:102:1: the same label as in line 51 "));
}

TEST(Labels, AreTwoWhereVideoFramesEmotionOrTypeDiffer) {
  EXPECT_EQ(Read("cas,1,a,23,,37,negative,micro\ncas,1,a,23,,37,surprise,micro\n"
                 "cas,1,a,23,,37,negative,macro\ncas,1,a,23,,38,negative,micro\n"
                 "cas,1,b,23,,37,negative,micro\ncas,2,a,23,,37,negative,micro\n"
                 "samm,1,a,23,,37,negative,micro\n")
                .size(),
            7u);
}

TEST(Labels, TellWhereAnEmotionIsThatSomebodyDoesNotKnow) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder.path() / "labels.csv",
                      std::string(kHeader) + "cas,1,a,2,,3,good,micro\ncas,1,a,5,,9,bad,micro\n");
  const auto problem = [](const Label& label) -> std::string {
    return label.emotion == "bad" ? "so bad" : "";
  };
  EXPECT_THAT(
      ErrorMessage(ErrorKind::kInput, [&] { ReadLabels(folder.path() / "labels.csv", problem); }),
      EndsWith("labels.csv:3:14: so bad"));
}

}  // namespace
}  // namespace mestr::internal
