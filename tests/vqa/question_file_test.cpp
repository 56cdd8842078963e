#include "vqa/question_file.h"

#include "core/files.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ErrorMessage;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TemporaryFolder;

constexpr char kRow[] =
    R"({"video_id": "samm_test_SAMM-1_1", "video": "SAMM-1", "question": "Which?", "answer": ""})";

std::string ParseError(const std::string& content) {
  return ErrorMessage(ErrorKind::kInput, [&] { ParseQuestions(content, "q.jsonl"); });
}

TEST(QuestionFile, RowsOrderAndKeysOfOthersAreKept) {
  const std::string content =
      R"({"video_id": "b", "note": {"z":1,"a":[2]}, "video": "2", "question": "Größe?", "answer": 3})"
      "\n"
      R"({"answer": "yes", "video_id": "a", "video": "1", "question": "Is it \"so\"?"})"
      "\n";
  const std::vector<Question> questions = ParseQuestions(content, "q.jsonl");
  ASSERT_EQ(questions.size(), 2u);
  EXPECT_EQ(questions[0].video_id, "b");
  EXPECT_EQ(questions[0].answer, "3");
  EXPECT_EQ(questions[1].line, 2);
  EXPECT_EQ(QuestionLines(questions), content);
}

TEST(QuestionFile, AnAnswerGoesToItsPlaceAmongTheKeys) {
  std::vector<Question> questions = ParseQuestions(kRow, "q.jsonl");
  SetAnswer(questions[0], "a \"b\"\n");
  EXPECT_EQ(
      QuestionLines(questions),
      R"({"video_id": "samm_test_SAMM-1_1", "video": "SAMM-1", "question": "Which?", "answer": "a \"b\"\n"})"
      "\n");
}

TEST(QuestionFile, MarkCrLfAndBlankLinesAreAccepted) {
  const std::vector<Question> questions =
      ParseQuestions("\xEF\xBB\xBF\r\n" + std::string(kRow) + "\r\n  \r\n", "q.jsonl");
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_EQ(questions[0].line, 2);
  EXPECT_EQ(QuestionLines(questions), std::string(kRow) + "\n");
}

TEST(QuestionFile, BrokenLinesAreNamedWithTheirPlace) {
  const std::string good = std::string(kRow) + "\n";
  EXPECT_THAT(ParseError(good + R"({"video_id": "a", video})"),
              StartsWith("q.jsonl:2:19: no valid JSON from here on; a line is one JSON object"));
  EXPECT_THAT(ParseError(good + R"({"video_id": "a")"), StartsWith("q.jsonl:2:17: no valid JSON"));
  EXPECT_THAT(ParseError("[1]"), StartsWith("q.jsonl:1:1: no JSON object"));
  EXPECT_THAT(ParseError("[\n" + good + "]"), StartsWith("q.jsonl:1:2: no valid JSON"));
  EXPECT_THAT(ParseError(R"({"a": 1e999})"), StartsWith("q.jsonl:1:1: a number is out of range"));
  EXPECT_THAT(ParseError(good + "{\"a\": \"\xC3\"}"),
              StartsWith("q.jsonl:2:8: the text is not UTF-8 (byte \\xc3)"));
  EXPECT_THAT(ParseError("{\"a\": " + std::string(100'000, '[')), HasSubstr("q.jsonl:1:"));
  EXPECT_THAT(ParseError("{\"a\": " + std::string(1000, '[') + std::string(1000, ']') + "}"),
              StartsWith("q.jsonl:1:1: nested too deep"));
}

TEST(QuestionFile, RowsMustHaveTheFourKeys) {
  EXPECT_THAT(ParseError(R"({"id": "a", "question": "b", "answer": "c"})"),
              StartsWith("q.jsonl:1:1: no 'video_id'; a line is"));
  EXPECT_EQ(ParseError(R"({"video_id": "a", "video": 1, "question": "b", "answer": ""})"),
            "q.jsonl:1:1: 'video' must be a text that is not empty");
  EXPECT_EQ(ParseError(R"({"video_id": "a", "video": "1", "question": " ", "answer": ""})"),
            "q.jsonl:1:1: 'question' must be a text that is not empty");
  EXPECT_EQ(ParseError(R"({"video_id": "a", "video": "1", "question": "b", "answer": null})"),
            "q.jsonl:1:1: 'answer' must be a text or a number");
  EXPECT_EQ(ParseError(R"({"video_id": "a", "video_id": "b"})"),
            "q.jsonl:1:1: the key 'video_id' is there twice");
}

TEST(QuestionFile, AQuestionIsThereOnce) {
  EXPECT_EQ(ParseError(std::string(kRow) + "\n\n" + kRow),
            "q.jsonl:3:1: the same question as in line 1 (video_id 'samm_test_SAMM-1_1'); remove "
            "one of them");
}

TEST(QuestionFile, FilesWithoutARowAndOfOtherKindsAreRefused) {
  EXPECT_THAT(ParseError(""), StartsWith("q.jsonl has no question"));
  EXPECT_THAT(ParseError("\n \n"), StartsWith("q.jsonl has no question"));
  EXPECT_THAT(ParseError("\xFF\xFE{"), StartsWith("q.jsonl is UTF-16"));
  const TemporaryFolder folder;
  EXPECT_THAT(ErrorMessage(ErrorKind::kInput, [&] { ReadQuestions(folder.path() / "no.jsonl"); }),
              HasSubstr("no.jsonl"));
}

}  // namespace
}  // namespace mestr::internal
