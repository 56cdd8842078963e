#include "vqa_ask/answer_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/record_file.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json ToJson(const StoredAnswer& answer) {
  return {{"question_hash", answer.question_hash},
          {"input_hash", answer.input_hash},
          {"video_id", answer.video_id},
          {"question", answer.question},
          {"answer", answer.answer},
          {"model", answer.model},
          {"cut", answer.cut}};
}

std::optional<StoredAnswer> FromFile(const fs::path& file) {
  try {
    const auto record = ReadRecord(file);
    if (!record) return std::nullopt;
    return StoredAnswer{.question_hash = record->at("question_hash"),
                        .input_hash = record->at("input_hash"),
                        .video_id = record->at("video_id"),
                        .question = record->at("question"),
                        .answer = record->at("answer"),
                        .model = record->at("model"),
                        .cut = record->at("cut")};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

AnswerStore::AnswerStore(fs::path folder) : folder_(std::move(folder)) {
  std::error_code none;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, none)) {
    if (entry.path().extension() == ".json" && entry.is_regular_file(none)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const auto answer = FromFile(file);
    if (answer && !answer->answer.empty()) Remember(*answer);
  }
}

std::optional<StoredAnswer> AnswerStore::ForQuestion(const std::string& question_hash) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_question_.find(question_hash);
  if (found == by_question_.end()) return std::nullopt;
  return found->second;
}

std::optional<StoredAnswer> AnswerStore::ForInput(const std::string& input_hash) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_input_.find(input_hash);
  if (found == by_input_.end()) return std::nullopt;
  return by_question_.at(found->second);
}

void AnswerStore::Put(const StoredAnswer& answer) {
  WriteRecord(folder_ / (answer.question_hash + ".json"), ToJson(answer));
  const std::lock_guard lock(mutex_);
  Remember(answer);
}

void AnswerStore::Remember(const StoredAnswer& answer) {
  by_question_[answer.question_hash] = answer;
  by_input_.try_emplace(answer.input_hash, answer.question_hash);
}

}  // namespace mestr::internal
