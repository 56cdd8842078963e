#include "vqa/check.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <span>

#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/answer.h"
#include "vqa/question_file.h"
#include "vqa/question_kind.h"

namespace mestr::internal {
namespace {

constexpr std::array<std::string_view, 4> kKeys = {"video_id", "video", "question", "answer"};

bool HasTheKeys(const Question& question) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : question.row.items()) keys.push_back(key);
  return std::equal(keys.begin(), keys.end(), kKeys.begin(), kKeys.end());
}

bool IsOneOf(const std::string& text, std::span<const std::string_view> classes) {
  return std::find(classes.begin(), classes.end(), text) != classes.end();
}

// Empty where nothing is wrong.
std::string ProblemOf(const Question& question) {
  if (!HasTheKeys(question)) return "the keys must be video_id, video, question, answer";
  if (Trimmed(question.answer).empty()) return "the answer is empty";
  const QuestionKind kind = TopicOf(question.question).kind;
  const std::string answer = "the answer " + Quoted(question.answer);
  if (IsCount(kind) && !CountOf(question.answer)) return answer + " has no number";
  if (kind == QuestionKind::kEventType && !IsOneOf(EventTypeOf(question.answer), kEventTypes)) {
    return answer + " is neither micro-expression nor macro-expression";
  }
  return "";
}

// Kinds whose answers are none of their classes.
std::vector<std::string> ClassNotes(const std::vector<Question>& questions) {
  std::map<QuestionKind, std::int64_t> others;
  for (const Question& question : questions) {
    const QuestionKind kind = TopicOf(question.question).kind;
    const std::span<const std::string_view> classes = ClassesOf(kind);
    if (classes.empty() || IsOfLongVideo(kind) || Trimmed(question.answer).empty()) continue;
    if (!IsOneOf(ClassOf(question.answer, classes, ClassReading::kStrict), classes)) ++others[kind];
  }
  std::vector<std::string> notes;
  for (const auto& [kind, count] : others) {
    const std::span<const std::string_view> classes = ClassesOf(kind);
    notes.push_back(Counted(count, "answer") + " to '" + std::string(QuestionKindName(kind)) +
                    "' not exactly one of " + Joined({classes.begin(), classes.end()}, ", "));
  }
  return notes;
}

std::string RowText(const Question& question) {
  return Quoted(question.video_id) + ", " + Quoted(question.question);
}

bool IsSameRow(const Question& a, const Question& b) {
  return a.video_id == b.video_id && a.video == b.video && a.question == b.question;
}

// The first row that differs: all behind it may be one off.
std::string OrderProblem(const std::string& name, const std::vector<Question>& answers,
                         const std::vector<Question>& questions, const std::string& source) {
  const auto [answer, question] =
      std::mismatch(answers.begin(), answers.end(), questions.begin(), questions.end(), IsSameRow);
  if (answer == answers.end() && question == questions.end()) return "";
  if (answer == answers.end()) {
    return name + ": no row " + RowText(*question) + ", as in line " +
           std::to_string(question->line) + " of " + source;
  }
  const std::string place = name + ":" + std::to_string(answer->line) + ": ";
  if (question == questions.end()) {
    return place + "the row " + RowText(*answer) + " is not in " + source;
  }
  return place + "the row is " + RowText(*answer) + ", in line " + std::to_string(question->line) +
         " of " + source + " it is " + RowText(*question);
}

}  // namespace

AnswersCheck CheckAnswers(const std::filesystem::path& answers,
                          const std::optional<std::filesystem::path>& questions) {
  const std::string name = answers.string();
  AnswersCheck check;
  if (answers.filename().string().find("to_answer") != std::string::npos) {
    check.problems.push_back(name +
                             ": an answered file has 'pred' in place of 'to_answer' in its "
                             "name");
  }
  const std::vector<Question> rows = ReadQuestions(
      answers, [&](const Error& error) { check.problems.emplace_back(error.what()); });
  for (const Question& row : rows) {
    const std::string problem = ProblemOf(row);
    if (problem.empty()) continue;
    check.problems.push_back(name + ":" + std::to_string(row.line) + ": " + problem);
  }
  if (questions) {
    const std::string problem =
        OrderProblem(name, rows, ReadQuestions(*questions), questions->string());
    if (!problem.empty()) check.problems.push_back(problem);
  }
  check.rows = std::ssize(rows);
  check.notes = ClassNotes(rows);
  return check;
}

}  // namespace mestr::internal
