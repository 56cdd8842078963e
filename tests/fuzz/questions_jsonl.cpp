#include "fuzz/targets.h"
#include "vqa/question_file.h"

namespace mestr::fuzz {

Outcome QuestionsJsonl(std::string_view bytes) {
  return ReadOrRefuse({ErrorKind::kInput}, [&] {
    internal::QuestionLines(internal::ParseQuestions(bytes, "questions.jsonl"));
  });
}

}  // namespace mestr::fuzz
