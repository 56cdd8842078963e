#include "cli/answers_of_run.h"

#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "core/text.h"
#include "mestr/core/error.h"
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

int AnswerFromRun(const SpottingCall& call, std::ostream& out, std::ostream& err) {
  std::vector<Question> rows = ReadQuestions(call.questions);
  const SpottingAnswers answers = AnswerFromSpotting(rows, LoadCompute().spotted_videos(call.run));
  if (answers.answered == 0) {
    throw Error(ErrorKind::kInput,
                call.questions + " has no question about counts or types of events");
  }
  AnswerFile file(call.questions, call.output,
                  {{"answers", "spotting"}, {"run", ComparablePath(call.run)}}, call.overwrite);
  file.Write(rows, {{"questions", call.questions},
                    {"rows", rows.size()},
                    {"answered", answers.answered},
                    {"left_as_they_were", answers.left},
                    {"of_events_not_found", answers.without_event}});
  if (!file.lock_note().empty()) err << "note: " << Printable(file.lock_note()) << '\n';
  Note(answers, err);
  out << Counted(answers.answered, "answer") << " in " << Printable(file.path().string()) << '\n';
  return kExitOk;
}

}  // namespace mestr::cli
