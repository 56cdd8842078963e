#include "vqa/question_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/csv_text.h"
#include "core/files.h"
#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr int kMostLevels = 16;  // of a row; what writes them calls itself a level
constexpr std::string_view kForm =
    "a line is one JSON object with video_id, video, question and answer";

// A line of the file, and where it is.
struct Line {
  const std::string& name;
  std::int64_t number;
  std::string_view text;

  Error ErrorAt(std::size_t byte, const std::string& what) const {
    return {ErrorKind::kInput, PlaceText(name, number, text.substr(0, byte)) + ": " + what};
  }
};

void CheckCharacters(const Line& line) {
  const std::size_t at = FindNoUtf8(line.text);
  if (at == std::string_view::npos) return;
  throw line.ErrorAt(at, "the text is not UTF-8 (byte " + Printable(line.text.substr(at, 1)) +
                             "); save the file as UTF-8");
}

Json ParseRow(const Line& line) {
  std::set<std::string> keys;
  std::optional<std::string> twice;
  bool deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, const Json& value) {
    deep = deep || depth > kMostLevels;
    if (event == Json::parse_event_t::key && depth == 1 &&
        !keys.insert(value.get<std::string>()).second) {
      twice = value.get<std::string>();
    }
    return depth <= kMostLevels;
  };
  Json row;
  try {
    row = Json::parse(line.text, watch);
  } catch (const Json::parse_error& error) {
    const std::size_t byte = std::min(error.byte > 0 ? error.byte - 1 : 0, line.text.size());
    throw line.ErrorAt(byte, "no valid JSON from here on; " + std::string(kForm));
  } catch (const Json::exception&) {  // a number that no double holds
    throw line.ErrorAt(0, "a number is out of range");
  }
  if (deep) throw line.ErrorAt(0, "nested too deep; " + std::string(kForm));
  if (!row.is_object()) throw line.ErrorAt(0, "no JSON object; " + std::string(kForm));
  if (twice) throw line.ErrorAt(0, "the key " + Quoted(*twice) + " is there twice");
  return row;
}

const Json& ValueOf(const Json& row, const char* key, const Line& line) {
  const auto found = row.find(key);
  if (found == row.end()) {
    throw line.ErrorAt(0, "no '" + std::string(key) + "'; " + std::string(kForm));
  }
  return *found;
}

std::string TextOf(const Json& row, const char* key, const Line& line) {
  const Json& value = ValueOf(row, key, line);
  if (!value.is_string() || Trimmed(value.get_ref<const std::string&>()).empty()) {
    throw line.ErrorAt(0, "'" + std::string(key) + "' must be a text that is not empty");
  }
  return value.get<std::string>();
}

std::string AnswerOf(const Json& row, const Line& line) {
  const Json& value = ValueOf(row, "answer", line);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  throw line.ErrorAt(0, "'answer' must be a text or a number");
}

Question ParseQuestion(const Line& line) {
  CheckCharacters(line);
  Json row = ParseRow(line);
  return {.video_id = TextOf(row, "video_id", line),
          .video = TextOf(row, "video", line),
          .question = TextOf(row, "question", line),
          .answer = AnswerOf(row, line),
          .line = line.number,
          .row = std::move(row)};
}

// Their lines, by video_id and text.
using QuestionLinesSeen = std::map<std::pair<std::string, std::string>, std::int64_t>;

Question ParseNewQuestion(const Line& line, QuestionLinesSeen& seen) {
  Question question = ParseQuestion(line);
  const auto [first, is_new] =
      seen.try_emplace({question.video_id, question.question}, line.number);
  if (!is_new) {
    throw line.ErrorAt(0, "the same question as in line " + std::to_string(first->second) +
                              " (video_id " + Quoted(question.video_id) + "); remove one of them");
  }
  return question;
}

}  // namespace

std::vector<Question> ReadQuestions(const std::filesystem::path& path,
                                    const QuestionProblemHandler& on_problem) {
  return ParseQuestions(ReadFile(path, kMostQuestionFileBytes), path.string(), on_problem);
}

std::vector<Question> ParseQuestions(std::string_view content, const std::string& name,
                                     const QuestionProblemHandler& on_problem) {
  if (HasUtf16Mark(content)) {
    throw Error(ErrorKind::kInput, name + " is UTF-16; save it as UTF-8");
  }
  if (content.starts_with(kUtf8Mark)) content.remove_prefix(kUtf8Mark.size());
  std::vector<Question> questions;
  std::int64_t bad_lines = 0;
  QuestionLinesSeen seen;
  std::int64_t number = 1;
  for (std::size_t begin = 0; begin < content.size(); ++number) {
    const std::size_t end = LineEnd(content, begin);
    std::string_view text = content.substr(begin, end - begin);
    text = text.substr(0, text.find_last_not_of("\r\n") + 1);
    begin = end;
    if (Trimmed(text).empty()) continue;
    try {
      questions.push_back(ParseNewQuestion({name, number, text}, seen));
    } catch (const Error& error) {
      if (!on_problem) throw;
      on_problem(error);
      ++bad_lines;
    }
  }
  if (questions.empty() && bad_lines == 0) {
    throw Error(ErrorKind::kInput, name + " has no question; " + std::string(kForm));
  }
  return questions;
}

bool IsQuestionFile(const std::filesystem::path& path) {
  if (LowerCase(path.extension().string()) == ".jsonl") return true;
  if (!FileBytes(path)) return false;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 256> buffer{};
  file.read(buffer.data(), buffer.size());
  std::string_view text(buffer.data(), static_cast<std::size_t>(file.gcount()));
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  return Trimmed(text).starts_with('{');
}

bool IsNamed(const VideoKey& key, const std::string& name) {
  return key.video == name || key.subject + "_" + key.video == name;
}

void SetAnswer(Question& question, std::string answer) {
  question.row["answer"] = answer;
  question.answer = std::move(answer);
}

std::string RowLine(const Json& row) {
  const auto text = [](const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  std::string line;
  std::string_view separator = "{";
  for (const auto& [key, value] : row.items()) {
    line.append(separator).append(text(key)).append(": ").append(text(value));
    separator = ", ";
  }
  return line + "}\n";
}

std::string QuestionLines(std::span<const Question> questions) {
  std::string lines;
  for (const Question& question : questions) lines += RowLine(question.row);
  return lines;
}

}  // namespace mestr::internal
