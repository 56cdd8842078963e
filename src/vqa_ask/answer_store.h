// The answers that a server gave, each in a file of its own from the moment it came.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mestr::internal {

struct StoredAnswer {
  std::string question_hash = {};  // of the question, its clip and all settings
  std::string input_hash = {};     // of the bytes that the server got
  std::string video_id = {};
  std::string question = {};
  std::string answer = {};
  std::string model = {};  // that answered, as the server calls it
  bool cut = false;        // at the most tokens
};

// Thread-safe. A file that is none of these is not looked at and stays.
class AnswerStore {
 public:
  // Reads what is there; `folder` is made by the first Put.
  explicit AnswerStore(std::filesystem::path folder);

  // Without making the input again.
  std::optional<StoredAnswer> ForQuestion(const std::string& question_hash) const;
  // Of the same bytes, for whatever question.
  std::optional<StoredAnswer> ForInput(const std::string& input_hash) const;
  // Throws Error{kConfig} where it can't be written.
  void Put(const StoredAnswer& answer);

 private:
  void Remember(const StoredAnswer& answer);

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<std::string, StoredAnswer> by_question_;
  std::map<std::string, std::string> by_input_;  // the question's hash
};

}  // namespace mestr::internal
