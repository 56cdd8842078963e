#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ProgramResult;
using testing::TemporaryFolder;

// One hit, one false positive, one missed label: F1 0.5, all recognised.
class EvaluateCommand : public ::testing::Test {
 protected:
  EvaluateCommand() {
    WriteFileAtomically(folder_.path() / "out" / "cas_pred.csv",
                        "subject,video,onset,offset,emotion\n"
                        "1,a,10,22,negative\n1,a,60,72,surprise\n");
    WriteFileAtomically(folder_.path() / "labels.csv",
                        "dataset,subject,video,onset,apex,offset,emotion,type\n"
                        "cas,1,a,13,,22,negative,micro\ncas,1,b,5,,15,positive,micro\n"
                        "cas,1,b,50,,150,,macro\n");
  }

  ProgramResult Evaluate(const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> arguments = {"evaluate", "--pred", Path("out"), "--truth",
                                          Path("labels.csv")};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return CallProgram(arguments);
  }

  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(EvaluateCommand, PrintsTheScoreAndWhatItLeftOut) {
  const ProgramResult result = Evaluate();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("0.5000"), HasSubstr("STRS")));
  EXPECT_EQ(result.err, "note: 1 macro-expression label not scored\n");
}

TEST_F(EvaluateCommand, StatesItsConventionsInTheHelp) {
  const ProgramResult result = CallProgram({"evaluate", "--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("inclusive"), HasSubstr("in order of onset"),
                                HasSubstr("0/0 = 0"), HasSubstr("classes met")));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(EvaluateCommand, PutsOnlyJsonOnStdoutWhenAsked) {
  const ProgramResult result = Evaluate({"--json", "-", "--bootstrap", "50", "--seed", "7"});
  const auto json = nlohmann::json::parse(result.out);
  const auto& overall = json.at("scopes").back();
  EXPECT_EQ(overall.at("strs"), 0.5);
  EXPECT_EQ(overall.at("confidence_95").at("strs").size(), 2u);
  EXPECT_EQ(json.at("options").at("seed"), 7);
}

TEST_F(EvaluateCommand, WritesFilesBesideTheTable) {
  const ProgramResult result = Evaluate({"--json", Path("s.json"), "--csv", Path("s.csv")});
  EXPECT_THAT(result.out, HasSubstr("Spotting"));
  EXPECT_EQ(nlohmann::json::parse(ReadFile(Path("s.json"))).at("truth"), Path("labels.csv"));
  EXPECT_THAT(ReadFile(Path("s.csv")), HasSubstr("\noverall,"));
}

TEST_F(EvaluateCommand, FailsWhereAReportCannotBeWritten) {
  WriteFileAtomically(Path("file"), "");
  for (const char* flag : {"--json", "--csv"}) {
    for (const std::string& bad : {std::string("/dev/full"), Path("out"), Path("file") + "/below",
                                   Path(std::string(300, 'n'))}) {
      const ProgramResult result = Evaluate({flag, bad});
      EXPECT_EQ(result.exit_code, cli::kExitUsage) << bad;
      EXPECT_THAT(result.err, HasSubstr("cannot write " + bad));
    }
  }
  EXPECT_EQ(Evaluate({"--json", "/dev/null"}).exit_code, cli::kExitOk);
}

TEST_F(EvaluateCommand, ShowsNamesWithoutTheirEscapeCodes) {
  const std::string name = "\"\x1b[31mred\"";
  WriteFileAtomically(Path("out") + "/cas_pred.csv",
                      "subject,video,onset,offset,emotion\n1," + name + ",10,22,negative\n");
  const ProgramResult result = Evaluate({"--by", "video", "--json", Path("s.json")});
  EXPECT_EQ(result.exit_code, cli::kExitOk);
  EXPECT_THAT(result.out, AllOf(HasSubstr("\\x1b[31mred"), Not(HasSubstr("\x1b"))));
  // What programs read has the very bytes.
  EXPECT_THAT(ReadFile(Path("s.json")), HasSubstr("\\u001b[31mred"));
}

TEST_F(EvaluateCommand, BreaksDownAndCompares) {
  const ProgramResult result = Evaluate({"--by", "subject,video", "--compare", "megc2025"});
  EXPECT_THAT(result.out, AllOf(HasSubstr("By subject"), HasSubstr("By video"),
                                HasSubstr("MEAN baseline"), HasSubstr("this one")));
  EXPECT_THAT(Evaluate().out, Not(HasSubstr("MEAN baseline")));
}

TEST_F(EvaluateCommand, TakesTimingRatesFromTheConfigOrAFlag) {
  // The hit's onset is 3 frames early: 100 ms at the data set's 30 fps, 60 ms at 50.
  EXPECT_THAT(Evaluate().out, HasSubstr("-100.00"));
  EXPECT_THAT(Evaluate({"--fps", "cas=50"}).out, HasSubstr("-60.00"));
}

TEST_F(EvaluateCommand, TakesAnotherThresholdAndAverage) {
  EXPECT_THAT(Evaluate({"--iou", "0.8"}).out, HasSubstr("IoU >= 0.8"));
  const auto json =
      nlohmann::json::parse(Evaluate({"--average", "all-classes", "--json", "-"}).out);
  EXPECT_DOUBLE_EQ(json.at("scopes").back().at("recognition").at("uar"), 1.0 / 3);
}

TEST_F(EvaluateCommand, RefusesBadFlagsByName) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--by", "month"}, "--by"},
      {{"--fps", "30"}, "--fps: '30'"},
      {{"--iou", "0"}, "iou is 0"},
      {{"--json", "-", "--csv", "-"}, "only one"}};
  for (const auto& [flags, named] : cases) {
    const ProgramResult result = Evaluate(flags);
    EXPECT_EQ(result.exit_code, cli::kExitUsage);
    EXPECT_THAT(result.err, HasSubstr(named));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST_F(EvaluateCommand, NamesThePlaceOfAnUnknownEmotion) {
  WriteFileAtomically(Path("out") + "/cas_pred.csv",
                      "subject,video,onset,offset,emotion\n1,a,10,22,happy\n");
  const ProgramResult of_prediction = Evaluate();
  EXPECT_EQ(of_prediction.exit_code, cli::kExitInput);
  EXPECT_THAT(of_prediction.err,
              HasSubstr("cas_pred.csv:2:11: emotion 'happy' is not one of negative, positive, "
                        "surprise, others\n"));
  WriteFileAtomically(Path("labels.csv"),
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      "cas,1,a,13,,22,negative,micro\ncas,1,b,5,,15,joy,micro\n");
  EXPECT_THAT(Evaluate().err, HasSubstr("labels.csv:3:15: emotion 'joy' is not one of"));
  EXPECT_EQ(Evaluate({"--classes", "negative,joy,happy"}).exit_code, 0);
}

TEST_F(EvaluateCommand, ChecksEmotionsOfWhatIsScoredAlone) {
  WriteFileAtomically(Path("labels.csv"),
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      "cas,1,a,13,,22,negative,micro\ncas,1,b,5,,15,smile,macro\n"
                      "own,1,b,5,,15,joy,micro\n");
  EXPECT_EQ(Evaluate({"--dataset", "cas"}).exit_code, 0);
  EXPECT_THAT(Evaluate({"--dataset", "cas", "--macro"}).err,
              HasSubstr("labels.csv:3:15: emotion 'smile'"));
}

TEST_F(EvaluateCommand, RefusesALabelThatIsThereTwice) {
  WriteFileAtomically(Path("labels.csv"),
                      "dataset,subject,video,onset,apex,offset,emotion,type\n"
                      "cas,1,a,13,,22,negative,micro\ncas,1,a,13,,22,negative,micro\n");
  const ProgramResult result = Evaluate();
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.err, HasSubstr("labels.csv:3:1: the same label as in line 2"));
}

TEST_F(EvaluateCommand, NamesTheBadLineOfABadFile) {
  WriteFileAtomically(Path("out") + "/cas_pred.csv",
                      "subject,video,onset,offset,emotion\n1,a,ten,22,negative\n");
  const ProgramResult result = Evaluate();
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.err, HasSubstr("cas_pred.csv:2:5: onset 'ten' is not a whole number"));
}

}  // namespace
}  // namespace mestr::internal
