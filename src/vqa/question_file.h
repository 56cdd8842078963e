// The challenge's files of questions and answers (ME-VQA, ME-LVQA): JSON lines with the keys
// video_id, video, question, answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/core/error.h"
#include "mestr/core/video_key.h"

namespace mestr::internal {

// Files are held in memory.
inline constexpr std::uint64_t kMostQuestionFileBytes = std::uint64_t{64} << 20;

// One row of a file.
struct Question {
  std::string video_id;  // of the question, despite its name: "samm_test_SAMM-1_1"
  std::string video;     // "SAMM-1"
  std::string question;
  std::string answer;               // empty where there is none yet; a number as JSON writes it
  std::int64_t line = 0;            // 1-based
  nlohmann::ordered_json row = {};  // all of its keys in their order, those of others too
};

// Rows in their order. A byte order mark, CRLF and blank lines are accepted. Throws Error{kInput}
// "file:line:column: what" for a line that is no JSON object or not UTF-8, a key that is missing,
// there twice or of another type (the first three are texts that are not empty, the answer is a
// text or a number), and a question that is there twice (same video_id and question); and for a
// file without a row or above kMostQuestionFileBytes.
// With `on_problem` it is called for each bad line instead, and only the good rows are kept.
using QuestionProblemHandler = std::function<void(const Error&)>;
std::vector<Question> ReadQuestions(const std::filesystem::path& path,
                                    const QuestionProblemHandler& on_problem = nullptr);
// The same for a file's content; `name` is its name in errors.
std::vector<Question> ParseQuestions(std::string_view content, const std::string& name,
                                     const QuestionProblemHandler& on_problem = nullptr);

// Whether a file that may be of another kind (labels, predictions) is one of questions: by its
// ending .jsonl, or the brace that its text begins with.
bool IsQuestionFile(const std::filesystem::path& path);

// True where `name` is how a question calls the video: "clip", "subject_clip".
bool IsNamed(const VideoKey& key, const std::string& name);

// Sets `answer`, in the row too. What is not UTF-8 becomes U+FFFD in QuestionLines.
void SetAnswer(Question& question, std::string answer);

// A line of a file, as Python's json.dumps lays it out. What is not UTF-8 becomes U+FFFD.
std::string RowLine(const nlohmann::ordered_json& row);

// The file's text, a row a line, for WriteFileAtomically.
std::string QuestionLines(std::span<const Question> questions);

}  // namespace mestr::internal
