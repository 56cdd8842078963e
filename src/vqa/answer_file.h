// The answered file of a file of questions, and the record beside it that says what made it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "core/work_folder.h"
#include "vqa/question_file.h"

namespace mestr::internal {

// "x_to_answer.jsonl" -> "x_pred.jsonl"; "x.jsonl" -> "x_pred.jsonl".
std::string AnswerFileName(const std::filesystem::path& questions);

// The path as it is compared, wherever a call is made: absolute, without "." and "..".
std::string ComparablePath(const std::filesystem::path& path);

// Holds the folder's lock. The record is "x_pred.json" of "x_pred.jsonl".
class AnswerFile {
 public:
  using Json = nlohmann::ordered_json;

  // `settings`: what makes two calls one work, beside what `questions` holds. Throws as WorkFolder;
  // Error{kConfig} where the file is there and no record of ours lists it, or, without `overwrite`,
  // where it was made with other settings, of which the first is named.
  AnswerFile(const std::filesystem::path& questions, const std::filesystem::path& folder,
             const Json& settings, bool overwrite);

  const std::filesystem::path& path() const { return path_; }
  // Why the folder is not locked; empty: it is.
  const std::string& lock_note() const { return work_.lock_note(); }

  // Both files in place of earlier ones, the record with `more` in it and the answered file's
  // SHA-256, which ties them. Throws Error{kConfig} naming what cannot be written.
  void Write(std::span<const Question> answered, const Json& more);

 private:
  void RefuseOthers(bool overwrite) const;

  std::filesystem::path path_;
  std::string record_name_;
  Json settings_;
  WorkFolder work_;
};

}  // namespace mestr::internal
