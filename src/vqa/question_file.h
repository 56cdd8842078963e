// The challenge's files of questions and answers (ME-VQA, ME-LVQA): JSON lines with the keys
// video_id, video, question, answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
std::vector<Question> ReadQuestions(const std::filesystem::path& path);
// The same for a file's content; `name` is its name in errors.
std::vector<Question> ParseQuestions(std::string_view content, const std::string& name);

// Sets `answer`, in the row too. What is not UTF-8 becomes U+FFFD in QuestionLines.
void SetAnswer(Question& question, std::string answer);

// The file's text, a row a line as Python's json.dumps lays it out, for WriteFileAtomically.
std::string QuestionLines(std::span<const Question> questions);

}  // namespace mestr::internal
