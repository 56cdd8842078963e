#include "vqa/answer_file.h"

#include <string_view>
#include <system_error>

#include "core/files.h"
#include "core/record_file.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

fs::path RecordPath(const fs::path& answers) {
  return fs::path(answers).replace_extension(".json");
}

}  // namespace

std::string AnswerFileName(const fs::path& questions) {
  constexpr std::string_view kAsked = "_to_answer";
  std::string stem = questions.stem().string();
  if (stem.ends_with(kAsked)) stem.resize(stem.size() - kAsked.size());
  return stem + "_pred.jsonl";
}

void RefuseAnswersOfOthers(const fs::path& answers) {
  const fs::path record = RecordPath(answers);
  if (!Exists(answers) || Exists(record)) return;
  throw Error(ErrorKind::kConfig, answers.string() + " is in the way: there is no " +
                                      record.filename().string() +
                                      " that says which mestr made it; move it or choose another "
                                      "output folder");
}

void WriteAnswers(const fs::path& answers, std::span<const Question> questions,
                  const nlohmann::ordered_json& record) {
  std::error_code error;
  fs::remove(answers, error);
  if (error) ThrowCannotWrite(answers, error.message());
  WriteRecord(RecordPath(answers), record);
  WriteFileAtomically(answers, QuestionLines(questions));
}

}  // namespace mestr::internal
