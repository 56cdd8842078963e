// Reads an answered file as the challenge would and names everything that is wrong with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mestr::internal {

struct AnswersCheck {
  std::int64_t rows = 0;              // that could be read
  std::vector<std::string> problems;  // "file:line: what", lines that cannot be read first
  std::vector<std::string> notes;     // what costs points, and is allowed
};

// Problems: a name that still has "to_answer", a line that cannot be read, other keys than the four
// in their order, an empty answer, a count without a number, an event's type that is none, and with
// `questions` rows that are not its rows in its order. Notes: answers that are none of the classes
// of their question. Throws Error{kInput} where a file cannot be read.
AnswersCheck CheckAnswers(const std::filesystem::path& answers,
                          const std::optional<std::filesystem::path>& questions);

}  // namespace mestr::internal
