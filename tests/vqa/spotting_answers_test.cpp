#include "vqa/spotting_answers.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

constexpr auto kMicro = ExpressionType::kMicro;
constexpr auto kMacro = ExpressionType::kMacro;

std::vector<Question> Ask(const std::string& video, const std::vector<std::string>& texts) {
  std::string lines;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    lines += R"({"video_id": "samm_test_)" + video + "_" + std::to_string(i) + R"(", "video": ")" +
             video + R"(", "question": ")" + texts[i] + R"(", "answer": "", "extra": 1})" + "\n";
  }
  return ParseQuestions(lines, "q.jsonl");
}

const SpottedVideo kVideo = {{"samm", "006", "006_1"},
                             {{{90, 120}, kMacro}, {{10, 20}, kMicro}, {{50, 60}, kMicro}}};

TEST(SpottingAnswers, CountEventsAndNameTheirTypesInTheOrderOfOnsets) {
  std::vector<Question> questions =
      Ask("006_1", {"How many expression events appear in this video?",
                    "How many micro-expression events appear in this video?",
                    "How many macro-expression events appear in this video?",
                    "What is the expression type of the 1-th expression event in this video?",
                    "What is the expression type of the 3-th expression event in this video?"});
  const SpottingAnswers answers = AnswerFromSpotting(questions, std::span(&kVideo, 1));
  EXPECT_EQ(answers.answered, 5);
  EXPECT_EQ(answers.left, 0);
  std::vector<std::string> said;
  for (const Question& question : questions) said.push_back(question.row.at("answer").dump());
  EXPECT_EQ(said, (std::vector<std::string>{"3", "2", "1", "\"micro-expression\"",
                                            "\"macro-expression\""}));
  EXPECT_EQ(questions[0].answer, "3");
  EXPECT_EQ(questions[0].row.at("extra"), 1);
}

TEST(SpottingAnswers, AnEventThatWasNotFoundIsOfTheUsualType) {
  const std::vector<std::string> text = {
      "What is the expression type of the 9-th expression event in this video?"};
  std::vector<Question> questions = Ask("a", text);
  const SpottedVideo macro = {{"", "", "a"}, {{{1, 2}, kMacro}}};
  EXPECT_EQ(AnswerFromSpotting(questions, std::span(&macro, 1)).without_event, 1);
  EXPECT_EQ(questions[0].answer, "macro-expression");
  const SpottedVideo none = {{"", "", "a"}, {}};
  EXPECT_EQ(AnswerFromSpotting(questions, std::span(&none, 1)).without_event, 1);
  EXPECT_EQ(questions[0].answer, "micro-expression");
}

TEST(SpottingAnswers, AVideoThatFailedMattersOnlyWhereItIsAskedAbout) {
  const std::vector<std::string> text = {"How many expression events appear in this video?"};
  const std::vector<SpottedVideo> videos = {{{"", "", "a"}, {}}, {{"", "", "b"}, {}, "no face"}};
  std::vector<Question> questions = Ask("a", text);
  EXPECT_EQ(AnswerFromSpotting(questions, videos).answered, 1);
  questions = Ask("b", text);
  EXPECT_THAT(
      testing::ErrorMessage(ErrorKind::kInput, [&] { AnswerFromSpotting(questions, videos); }),
      ::testing::AllOf(::testing::HasSubstr("no results of video 'b'"),
                       ::testing::HasSubstr(": no face")));
}

TEST(SpottingAnswers, LeaveOtherQuestionsAlone) {
  std::vector<Question> questions = Ask("x", {"What distinct action units appear in this video?"});
  const SpottingAnswers answers = AnswerFromSpotting(questions, {});
  EXPECT_EQ(answers.left, 1);
  EXPECT_EQ(questions[0].answer, "");
}

TEST(SpottingAnswers, NameAVideoThatTheRunLacksOrHasTwice) {
  std::vector<Question> questions = Ask("1_a", {"How many expressions are there?"});
  const std::vector<SpottedVideo> two = {{{"cas", "1", "a"}, {}}, {{"samm", "", "1_a"}, {}}};
  const auto error_of = [&](std::span<const SpottedVideo> videos) -> std::string {
    try {
      AnswerFromSpotting(questions, videos);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInput);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error_of({}), "the run has no results of video '1_a' (question 'samm_test_1_a_0')");
  EXPECT_EQ(error_of(std::span(two).first(1)), "");
  EXPECT_EQ(questions[0].answer, "0");
  EXPECT_EQ(error_of(two), "the run has several videos named '1_a'; give a run of one data set");
}

}  // namespace
}  // namespace mestr::internal
