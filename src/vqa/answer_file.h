// The answered file of a file of questions, and the record beside it that says what made it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "vqa/question_file.h"

namespace mestr::internal {

// "x_to_answer.jsonl" -> "x_pred.jsonl"; "x.jsonl" -> "x_pred.jsonl".
std::string AnswerFileName(const std::filesystem::path& questions);

// Throws Error{kConfig} where `answers` is there without its record, "x_pred.json" of
// "x_pred.jsonl": it is somebody's own.
void RefuseAnswersOfOthers(const std::filesystem::path& answers);

// Both files, in place of earlier ones; answers never stand beside the record of others. Throws
// Error{kConfig} naming what cannot be written.
void WriteAnswers(const std::filesystem::path& answers, std::span<const Question> questions,
                  const nlohmann::ordered_json& record);

}  // namespace mestr::internal
