#include "cli/answers_of_run.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "core/files.h"
#include "core/folder_lock.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "vqa/answer_file.h"
#include "vqa/question_file.h"
#include "vqa/spotting_answers.h"

namespace mestr::cli {
using namespace internal;
namespace {

void Note(const SpottingAnswers& answers, std::ostream& err) {
  if (answers.left > 0) {
    err << "note: " << Counted(answers.left, "question")
        << " of other kinds than counts and types of events: not answered\n";
  }
  if (answers.without_event > 0) {
    err << "note: " << Counted(answers.without_event, "question")
        << " about an event that was not found: the type of most events of its video\n";
  }
}

}  // namespace

int AnswerFromRun(const std::string& questions, const std::string& run, const std::string& output,
                  std::ostream& out, std::ostream& err) {
  const std::filesystem::path path = std::filesystem::path(output) / AnswerFileName(questions);
  CheckOutputFolder(output);
  std::vector<Question> rows = ReadQuestions(questions);
  const SpottingAnswers answers = AnswerFromSpotting(rows, LoadCompute().spotted_videos(run));
  if (answers.answered == 0) {
    throw Error(ErrorKind::kInput, questions + " has no question about counts or types of events");
  }
  MakeOutputFolder(output);
  const FolderLock lock(output);
  RefuseAnswersOfOthers(path);
  WriteAnswers(path, rows,
               {{"mestr", Version()},
                {"command", "vqa ask"},
                {"answers", "spotting"},
                {"questions", questions},
                {"run", run},
                {"rows", rows.size()},
                {"answered", answers.answered},
                {"left_as_they_were", answers.left},
                {"of_events_not_found", answers.without_event}});
  Note(answers, err);
  out << Counted(answers.answered, "answer") << " in " << Printable(path.string()) << '\n';
  return kExitOk;
}

}  // namespace mestr::cli
