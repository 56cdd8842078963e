#include <sstream>

#include "cli/command.h"
#include "mestr/core/files.h"
#include "support/test_support.h"

namespace mestr::cli {
namespace {

using ::testing::AllOf;
using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TemporaryFolder;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome Call(const Command& command, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::string(command.name));
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  std::ostringstream out;
  std::ostringstream err;
  const int code = command.run(static_cast<int>(argv.size()), argv.data(), out, err);
  return {code, out.str(), err.str()};
}

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

  Outcome Evaluate(const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> arguments = {"--pred", Path("out"), "--truth", Path("labels.csv")};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Call(kEvaluateCommand, arguments);
  }

  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(EvaluateCommand, PrintsTheScoreAndWhatItLeftOut) {
  const Outcome outcome = Evaluate();
  EXPECT_EQ(outcome.code, kExitOk);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("0.5000"), HasSubstr("STRS")));
  EXPECT_EQ(outcome.err, "note: 1 macro-expression label not scored\n");
}

TEST_F(EvaluateCommand, StatesItsConventionsInTheHelp) {
  const Outcome outcome = Call(kEvaluateCommand, {"--help"});
  EXPECT_EQ(outcome.code, kExitOk);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("inclusive"), HasSubstr("in order of onset"),
                                 HasSubstr("0/0 = 0"), HasSubstr("classes met")));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(EvaluateCommand, PutsOnlyJsonOnStdoutWhenAsked) {
  const Outcome outcome = Evaluate({"--json", "-", "--bootstrap", "50", "--seed", "7"});
  const auto json = nlohmann::json::parse(outcome.out);
  const auto& overall = json.at("scopes").back();
  EXPECT_EQ(overall.at("strs"), 0.5);
  EXPECT_EQ(overall.at("confidence_95").at("strs").size(), 2u);
  EXPECT_EQ(json.at("options").at("seed"), 7);
}

TEST_F(EvaluateCommand, WritesFilesBesideTheTable) {
  const Outcome outcome = Evaluate({"--json", Path("s.json"), "--csv", Path("s.csv")});
  EXPECT_THAT(outcome.out, HasSubstr("Spotting"));
  EXPECT_EQ(nlohmann::json::parse(ReadFile(Path("s.json"))).at("truth"), Path("labels.csv"));
  EXPECT_THAT(ReadFile(Path("s.csv")), HasSubstr("\noverall,"));
}

TEST_F(EvaluateCommand, BreaksDownAndCompares) {
  const Outcome outcome = Evaluate({"--by", "subject,video", "--compare", "megc2025"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("By subject"), HasSubstr("By video"),
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
  EXPECT_THAT(Evaluate({"--by", "month"}).err, HasSubstr("--by"));
  EXPECT_EQ(Evaluate({"--by", "month"}).code, kExitUsage);
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] {
                             Evaluate({"--fps", "30"});
                           }),
              HasSubstr("--fps: '30'"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] {
                             Evaluate({"--iou", "0"});
                           }),
              HasSubstr("iou is 0"));
  EXPECT_THAT(ErrorMessage(ErrorKind::kConfig,
                           [&] {
                             Evaluate({"--json", "-", "--csv", "-"});
                           }),
              HasSubstr("only one"));
}

TEST_F(EvaluateCommand, NamesTheBadLineOfABadFile) {
  WriteFileAtomically(Path("out") + "/cas_pred.csv",
                      "subject,video,onset,offset,emotion\n1,a,ten,22,negative\n");
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { Evaluate(); }),
              HasSubstr("cas_pred.csv:2:5: onset 'ten' is not a whole number"));
}

class ValidateCommand : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content) const {
    WriteFileAtomically(Path(name), content);
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }

 private:
  TemporaryFolder folder_;
};

constexpr char kHeader[] = "subject,video,onset,offset,emotion\n";

TEST_F(ValidateCommand, AcceptsAGoodSubmissionAndSaysWhatItDidNotCheck) {
  Write("cas_pred.csv", std::string(kHeader) + "1,a,1,13,negative\n");
  Write("samm_pred.csv", kHeader);
  const Outcome outcome = Call(kValidateCommand, {Path("")});
  EXPECT_EQ(outcome.code, kExitOk);
  EXPECT_THAT(outcome.out, HasSubstr("2 files, 1 prediction, 0 problems; video names and lengths "
                                     "not checked"));
}

TEST_F(ValidateCommand, NamesEveryBadLineAndFails) {
  Write("cas_pred.csv", std::string(kHeader) + "1,a,13,1,negative\n1,a,20,30,happy\n");
  const Outcome outcome = Call(kValidateCommand, {Path("cas_pred.csv")});
  EXPECT_EQ(outcome.code, kExitInput);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("cas_pred.csv:2:5: onset 13 is after offset 1"),
                    HasSubstr("cas_pred.csv:3:11: emotion 'happy'"), HasSubstr("2 problems")));
}

TEST_F(ValidateCommand, ChecksNamesAndLengthsAgainstTheDataRoot) {
  for (int frame = 1; frame <= 20; ++frame) {
    Write("root/CAS_data/spNO.1/a/" + std::to_string(frame) + ".jpg", "");
  }
  Write("root/SAMM_data/017_3/0001.jpg", "");
  Write("cas_pred.csv", std::string(kHeader) + "1,a,10,20,negative\n1,b,1,5,positive\n");
  Write("samm_pred.csv", std::string(kHeader) + "17,017_3,1,2,positive\n");
  const Outcome outcome = Call(kValidateCommand, {"--root", Path("root"), Path("")});
  EXPECT_EQ(outcome.code, kExitInput);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("cas_pred.csv:3:1: unknown video 'b' of subject '1'"),
                    HasSubstr("samm_pred.csv:2:12: offset 2 is outside the video, which has 1 "
                              "frames"),
                    HasSubstr("2 problems"), Not(HasSubstr("not checked"))));
}

TEST_F(ValidateCommand, ChecksLengthsOfAList) {
  Write("lengths.csv", "dataset,subject,video,frames\ncas,1,a,12\ncas,1,b,\n");
  Write("cas_pred.csv", std::string(kHeader) + "1,a,1,13,negative\n1,b,1,999,negative\n");
  const Outcome outcome =
      Call(kValidateCommand, {Path("cas_pred.csv"), "--lengths", Path("lengths.csv")});
  EXPECT_EQ(outcome.code, kExitInput);
  EXPECT_THAT(outcome.out, HasSubstr("offset 13 is outside the video, which has 12 frames"));
  EXPECT_THAT(outcome.out, HasSubstr("1 problem"));
  EXPECT_THAT(outcome.err, HasSubstr("the length of video 'b' of subject '1' is not known"));
}

}  // namespace
}  // namespace mestr::cli
