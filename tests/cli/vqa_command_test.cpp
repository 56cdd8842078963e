#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "core/files.h"
#include "results/made_results.h"
#include "support/test_support.h"
#include "vqa/question_file.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using testing::CallProgram;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ProgramResult;
using testing::TemporaryFolder;

constexpr char kCoarse[] = "What is the coarse expression class?";
constexpr char kCount[] = "How many expression events appear in this video?";

std::string Row(const std::string& video_id, const std::string& question,
                const std::string& answer) {
  return R"({"video_id": ")" + video_id + R"(", "video": "v", "question": ")" + question +
         R"(", "answer": ")" + answer + "\"}\n";
}

class VqaCommand : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content) const {
    WriteFileAtomically(Path(name), content);
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string Read(const std::string& name) const { return ReadFile(Path(name)); }
  ProgramResult AskSpotting(const std::string& questions, const std::string& output) const {
    return CallProgram({"vqa", "ask", Path(questions), "--answers", "spotting", "--run",
                        Path("run"), "-o", Path(output)});
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(VqaCommand, WithoutItsSecondWordListsWhatThereIs) {
  const ProgramResult help = CallProgram({"vqa", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("usage: mestr vqa COMMAND"), HasSubstr("\n  vqa make "),
                              HasSubstr("\n  vqa ask ")));
  const ProgramResult none = CallProgram({"vqa"});
  EXPECT_EQ(none.exit_code, cli::kExitUsage);
  EXPECT_EQ(none.err, help.out);
  const ProgramResult mistyped = CallProgram({"vqa", "mkae"});
  EXPECT_EQ(mistyped.exit_code, cli::kExitUsage);
  EXPECT_EQ(mistyped.err,
            "mestr: no command 'vqa mkae'; did you mean vqa make? 'mestr --help' lists them\n");
}

class VqaMake : public VqaCommand {
 protected:
  VqaMake() {
    Write("labels.csv",
          "dataset,subject,video,onset,apex,offset,emotion,type,fine_emotion,action_units\n"
          "samm,006,006_1,3,5,9,negative,micro,anger,4\n"
          "samm,007,007_1,3,5,9,positive,micro,,\n");
  }

  ProgramResult Make(std::vector<std::string> flags = {}) const {
    std::vector<std::string> arguments = {"vqa", "make", Path("labels.csv"), "-o", Path("out")};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return CallProgram(arguments);
  }
};

TEST_F(VqaMake, WritesTheFilesOfTheChallengeThatScoreOneAgainstThemselves) {
  const ProgramResult result = Make();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("samm: 6 training questions, 6 test questions\n"));
  EXPECT_THAT(result.err, HasSubstr("note: 1 label without action units"));
  EXPECT_EQ(Read("out/me_vqa_samm_clips.csv"),
            "clip,dataset,subject,video,onset,apex,offset\n006_1,samm,006,006_1,3,5,9\n"
            "007_1,samm,007,007_1,3,5,9\n");
  EXPECT_THAT(Read("out/me_vqa_samm_train.jsonl"),
              ::testing::StartsWith(R"({"id": "samm_006_1_1", "dataset": "samm", )"));
  const std::string reference = Path("out/me_vqa_samm_reference.jsonl");
  const ProgramResult scored =
      CallProgram({"evaluate", "--pred", reference, "--truth", reference, "--json", "-"});
  EXPECT_EQ(scored.exit_code, 0) << scored.err;
  const auto json = nlohmann::json::parse(scored.out);
  EXPECT_EQ(json.at("scopes").back().at("me_vqa").at("bleu4_corpus"), 1.0);
  Write("out/me_vqa_samm_test_pred.jsonl", Read("out/me_vqa_samm_reference.jsonl"));
  const ProgramResult valid =
      CallProgram({"validate", Path("out/me_vqa_samm_test_pred.jsonl"), "--questions",
                   Path("out/me_vqa_samm_test_to_answer.jsonl")});
  EXPECT_EQ(valid.exit_code, 0) << valid.out;
  EXPECT_THAT(valid.out, HasSubstr(": 6 answers, 0 problems\n"));
}

TEST_F(VqaMake, ReplacesNothingUnlessTold) {
  ASSERT_EQ(Make().exit_code, 0);
  const ProgramResult again = Make();
  EXPECT_EQ(again.exit_code, cli::kExitUsage);
  EXPECT_THAT(again.err, HasSubstr("is there already; --overwrite replaces it"));
  EXPECT_EQ(Make({"--overwrite", "--version", "1"}).exit_code, 0);
  EXPECT_EQ(Make({"--version", "2", "--test-subjects", "6"}).exit_code, 0);
  EXPECT_THAT(Read("out/me_vqa_samm_v2_reference.jsonl"), Not(HasSubstr("007_1")));
  const ProgramResult version = Make({"--version", "3"});
  EXPECT_EQ(version.exit_code, cli::kExitUsage);
  EXPECT_THAT(version.err, HasSubstr(": --version is 3; it must be in [1, 2]"));
  EXPECT_EQ(Make({"--dataset", "cas"}).exit_code, cli::kExitInput);
}

TEST_F(VqaMake, GivesEachDataSetFilesOfItsOwn) {
  const std::string header = "dataset,subject,video,onset,apex,offset,emotion,type\n";
  Write("labels.csv", header +
                          "x_y,1,a,3,5,9,negative,micro\nx y,2,b,3,5,9,negative,micro\n"
                          "X Y,3,c,3,5,9,negative,micro\n"
                          "own,4,d,3,5,9,negative,micro\n,5,e,3,5,9,negative,micro\n");
  const ProgramResult result = Make();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::vector<std::pair<std::string, std::string>> files = {
      {"X_Y", "3_c"}, {"x_y-2", "2_b"}, {"x_y-3", "1_a"}, {"own", "5_e"}, {"own-2", "4_d"}};
  for (const auto& [dataset, video] : files) {
    for (const std::string end : {"_train.jsonl", "_reference.jsonl", "_clips.csv"}) {
      EXPECT_THAT(Read("out/me_vqa_" + dataset + end), HasSubstr(video)) << dataset << end;
    }
  }
}

TEST_F(VqaCommand, AnswersCountsAndTypesFromARun) {
  testing::WriteMadeResults(Path("run"));
  std::string rows;
  for (const char* text :
       {kCount, "How many micro-expression events appear in this video?",
        "What is the expression type of the 2-th expression event in this video?",
        "What distinct action units appear in this video?"}) {
    rows += R"({"video_id": "x_test_a_1", "video": "a", "question": ")" + std::string(text) +
            R"(", "answer": ""})" + "\n";
  }
  Write("q_to_answer.jsonl", rows);
  const ProgramResult result = AskSpotting("q_to_answer.jsonl", "out");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("3 answers in "));
  EXPECT_THAT(result.err, HasSubstr("note: 1 question of other kinds"));
  std::vector<std::string> answers;
  for (const Question& question : ReadQuestions(Path("out/q_pred.jsonl"))) {
    answers.push_back(question.answer);
  }
  EXPECT_EQ(answers, (std::vector<std::string>{"3", "2", "macro-expression", ""}));
  EXPECT_THAT(Read("out/q_pred.json"), HasSubstr("\"spotting\""));
  EXPECT_EQ(AskSpotting("q_to_answer.jsonl", "out").exit_code, 0);
  Write("other.jsonl", Row("x_test_v_1", kCount, ""));
  const ProgramResult other = AskSpotting("other.jsonl", "out2");
  EXPECT_EQ(other.exit_code, cli::kExitInput);
  EXPECT_THAT(other.err, HasSubstr("the run has no results of video 'v'"));
  EXPECT_FALSE(Exists(Path("out2")));
}

TEST_F(VqaCommand, DoesNotReplaceAnswersOfOthers) {
  testing::WriteMadeResults(Path("run"));
  Write("q_to_answer.jsonl", R"({"video_id": "x_test_a_1", "video": "a", "question": ")" +
                                 std::string(kCount) + R"(", "answer": ""})");
  Write("out/q_pred.jsonl", "somebody's");
  const ProgramResult result = AskSpotting("q_to_answer.jsonl", "out");
  EXPECT_EQ(result.exit_code, cli::kExitUsage);
  EXPECT_THAT(result.err, HasSubstr("q_pred.jsonl is in the way"));
  EXPECT_EQ(Read("out/q_pred.jsonl"), "somebody's");
}

TEST_F(VqaCommand, AskSaysWhatTheOneWhoAnswersNeeds) {
  const std::vector<std::string> begin = {"vqa", "ask", Path("q.jsonl"), "-o", Path("out")};
  const auto said = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = begin;
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = CallProgram(arguments);
    EXPECT_EQ(result.exit_code, cli::kExitUsage);
    return result.err;
  };
  EXPECT_THAT(said({}), HasSubstr("--videos is missing; or --answers spotting with --run"));
  EXPECT_THAT(said({"--videos", "v", "--server", "http://x"}), HasSubstr("--model is missing"));
  EXPECT_THAT(said({"--answers", "spotting"}), HasSubstr("needs --run"));
  EXPECT_THAT(said({"--answers", "spotting", "--run", "r", "--model", "m"}),
              HasSubstr("--model: is of no use with --answers spotting"));
}

TEST_F(VqaCommand, AskRefusesEachFlagThatSpottingWouldPassOver) {
  for (const auto& [flag, value] :
       std::vector<std::pair<std::string, std::string>>{{"--videos", "v"},
                                                        {"--input", "oao"},
                                                        {"--labels", "l"},
                                                        {"--clips", "c"},
                                                        {"--frames", "3"},
                                                        {"--most-side", "99"},
                                                        {"--pictures", "jpeg"},
                                                        {"--server", "http://x"},
                                                        {"--prompts", "plain"},
                                                        {"--max-tokens", "9"},
                                                        {"--seed", "2"},
                                                        {"--parallel", "2"},
                                                        {"--timeout", "9"},
                                                        {"--retries", "1"},
                                                        {"--retry-wait", "2"}}) {
    const ProgramResult result = CallProgram({"vqa", "ask", Path("q.jsonl"), "-o", Path("out"),
                                              "--answers", "spotting", "--run", "r", flag, value});
    EXPECT_EQ(result.exit_code, cli::kExitUsage) << flag;
    EXPECT_THAT(result.err, HasSubstr(flag + ": is of no use with --answers spotting"));
  }
}

TEST_F(VqaCommand, AnswersOfAnotherRunAreNotReplacedUnlessTold) {
  testing::WriteMadeResults(Path("run"));
  Write("q_to_answer.jsonl", R"({"video_id": "x_test_a_1", "video": "a", "question": ")" +
                                 std::string(kCount) + R"(", "answer": ""})");
  ASSERT_EQ(AskSpotting("q_to_answer.jsonl", "out").exit_code, 0);
  testing::WriteMadeResults(Path("run2"));
  std::vector<std::string> other = {"vqa",        "ask",      Path("q_to_answer.jsonl"),
                                    "--answers",  "spotting", "--run",
                                    Path("run2"), "-o",       Path("out")};
  const ProgramResult refused = CallProgram(other);
  EXPECT_EQ(refused.exit_code, cli::kExitUsage);
  EXPECT_THAT(refused.err, HasSubstr("q_pred.json was made with another run"));
  other.emplace_back("--overwrite");
  EXPECT_EQ(CallProgram(other).exit_code, 0);
  Write("mine/q_pred.json", R"({"mine": 1})");
  const ProgramResult mine = AskSpotting("q_to_answer.jsonl", "mine");
  EXPECT_EQ(mine.exit_code, cli::kExitUsage);
  EXPECT_EQ(Read("mine/q_pred.json"), R"({"mine": 1})");
}

class VqaEvaluate : public VqaCommand {
 protected:
  VqaEvaluate() {
    Write("pred.jsonl", Row("samm_test_a_1", kCoarse, "negative"));
    Write("truth.jsonl", Row("samm_test_a_1", kCoarse, "negative"));
    Write("labels.csv", "dataset,subject,video,onset,apex,offset,emotion,type\n");
  }
};

TEST_F(VqaEvaluate, PrintsTablesAndWritesEachNumber) {
  const ProgramResult result =
      CallProgram({"evaluate", "--pred", Path("pred.jsonl"), "--truth", Path("truth.jsonl"),
                   "--csv", Path("scores.csv"), "--compare", "megc2025"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("ME-VQA, classes"), HasSubstr("rouge1_recall_corpus"),
                                Not(HasSubstr("ME-LVQA"))));
  EXPECT_THAT(result.err, HasSubstr("table 2"));
  EXPECT_THAT(Read("scores.csv"),
              AllOf(HasSubstr("scope,dataset,task,score,value\n"),
                    HasSubstr("dataset,samm,me_vqa,coarse_strict_classes_met_uf1,1\n"),
                    HasSubstr("overall,,me_vqa,rouge1_recall,1\n")));
}

TEST_F(VqaEvaluate, TakesSeveralReferencesAndOneDataSetOfThem) {
  Write("truth2.jsonl", Row("cas_test_b_1", kCount, "3"));
  const std::vector<std::string> both = {
      "evaluate",          "--pred",  Path("pred.jsonl"),  "--truth",
      Path("truth.jsonl"), "--truth", Path("truth2.jsonl")};
  const ProgramResult result = CallProgram(both);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "note: 1 question without a row: empty answers\n");
  EXPECT_THAT(result.out, HasSubstr("ME-LVQA, counts"));
  std::vector<std::string> one = both;
  one.insert(one.end(), {"--dataset", "samm"});
  EXPECT_THAT(CallProgram(one).out, Not(HasSubstr("ME-LVQA")));
  one.back() = "none";
  EXPECT_EQ(CallProgram(one).exit_code, cli::kExitUsage);
}

TEST_F(VqaEvaluate, RefusesWhatDoesNotGoTogether) {
  const ProgramResult mixed =
      CallProgram({"evaluate", "--pred", Path("pred.jsonl"), "--truth", Path("labels.csv")});
  EXPECT_EQ(mixed.exit_code, cli::kExitUsage);
  EXPECT_THAT(mixed.err, HasSubstr("labels.csv is no file of questions"));
  const ProgramResult flag = CallProgram(
      {"evaluate", "--pred", Path("pred.jsonl"), "--truth", Path("truth.jsonl"), "--iou", "0.3"});
  EXPECT_EQ(flag.exit_code, cli::kExitUsage);
  EXPECT_THAT(flag.err, HasSubstr("--iou: is about spotting"));
  const ProgramResult two = CallProgram({"evaluate", "--pred", Path("x.csv"), "--truth",
                                         Path("labels.csv"), "--truth", Path("labels.csv")});
  EXPECT_EQ(two.exit_code, cli::kExitUsage);
  const ProgramResult missing =
      CallProgram({"evaluate", "--pred", Path("no.jsonl"), "--truth", Path("truth.jsonl")});
  EXPECT_EQ(missing.exit_code, cli::kExitInput);
}

TEST_F(VqaEvaluate, ValidatesEveryLine) {
  Write("bad_to_answer.jsonl",
        Row("a_test_1", kCount, "many") + "{\n" + Row("a_test_2", kCoarse, "") +
            Row("a_test_3", kCoarse, "glad") +
            R"({"question": "q", "video_id": "a", "video": "v", "answer": "x"})");
  const ProgramResult result = CallProgram({"validate", Path("bad_to_answer.jsonl")});
  EXPECT_EQ(result.exit_code, cli::kExitInput);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("'pred' in place of 'to_answer'"), HasSubstr(".jsonl:2:"),
                    HasSubstr(".jsonl:1: the answer 'many' has no number"),
                    HasSubstr(".jsonl:3: the answer is empty"),
                    HasSubstr(".jsonl:5: the keys must be"), HasSubstr("4 answers, 5 problems")));
  EXPECT_THAT(result.err, HasSubstr("1 answer to 'coarse' not exactly one of positive"));
}

TEST_F(VqaEvaluate, ValidatesRowsAgainstTheFileToAnswer) {
  Write("to_answer.jsonl",
        Row("a_test_1", kCoarse, "") + Row("a_test_2", kCoarse, "") + Row("a_test_3", kCoarse, ""));
  const auto problem = [&](const std::string& rows) {
    Write("p.jsonl", rows);
    return CallProgram({"validate", Path("p.jsonl"), "--questions", Path("to_answer.jsonl")}).out;
  };
  const std::string first = Row("a_test_1", kCoarse, "negative");
  const std::string second = Row("a_test_2", kCoarse, "negative");
  const std::string third = Row("a_test_3", kCoarse, "negative");
  EXPECT_THAT(problem(first + second + third), HasSubstr("0 problems\n"));
  EXPECT_THAT(problem(first + third + second), HasSubstr("p.jsonl:2: the row is 'a_test_3'"));
  EXPECT_THAT(problem(first + second), HasSubstr("p.jsonl: no row 'a_test_3'"));
  EXPECT_THAT(problem(first + second + third + Row("a_test_4", kCoarse, "x")),
              HasSubstr("p.jsonl:4: the row 'a_test_4'"));
  EXPECT_EQ(CallProgram({"validate", Path("labels.csv"), "--questions", Path("to_answer.jsonl")})
                .exit_code,
            cli::kExitUsage);
}

}  // namespace
}  // namespace mestr::internal
