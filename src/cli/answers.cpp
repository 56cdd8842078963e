#include "cli/answers.h"

#include <algorithm>
#include <iterator>

#include "cli/command.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/check.h"
#include "vqa/question_file.h"
#include "vqa/report.h"
#include "vqa/scores.h"

namespace mestr::cli {
using namespace internal;
namespace {

std::vector<Question> ReadAll(const std::vector<std::string>& files,
                              const std::vector<std::string>& datasets) {
  std::vector<Question> all;
  for (const std::string& file : files) {
    for (Question& question : ReadQuestions(file)) {
      const std::string dataset = DatasetOfVideoId(question.video_id);
      if (!datasets.empty() &&
          std::find(datasets.begin(), datasets.end(), dataset) == datasets.end()) {
        continue;
      }
      all.push_back(std::move(question));
    }
  }
  return all;
}

}  // namespace

bool AreAnswers(const std::vector<std::string>& predictions,
                const std::vector<std::string>& truths) {
  const auto is_not = [](const std::string& file) { return !IsQuestionFile(file); };
  std::vector<std::string> files = predictions;
  files.insert(files.end(), truths.begin(), truths.end());
  const auto other = std::find_if(files.begin(), files.end(), is_not);
  if (other == files.end()) return true;
  if (std::all_of(files.begin(), files.end(), is_not)) return false;
  throw Error(ErrorKind::kConfig, *other +
                                      " is no file of questions, others are: answers are "
                                      "scored against JSON lines with the references");
}

void RefuseFlags(const CommandApp& app, const std::vector<std::string>& flags,
                 const std::string& reason) {
  for (const std::string& flag : flags) {
    if (app.get_option(flag)->count() == 0) continue;
    throw Error(ErrorKind::kConfig, flag + ": " + reason);
  }
}

int EvaluateAnswers(const AnswersToScore& what, std::ostream& out, std::ostream& err) {
  const std::vector<Question> references = ReadAll(what.references, what.datasets);
  if (references.empty()) {
    throw Error(ErrorKind::kConfig, "--dataset: no question of " + Joined(what.datasets, ", "));
  }
  const VqaEvaluation evaluation = ScoreAnswers(ReadAll(what.answers, what.datasets), references);
  for (const std::string& note : evaluation.notes) err << "note: " << Printable(note) << '\n';
  if (what.compare) {
    err << "note: --compare: mestr has no copy of the published numbers of this task (table 2 of "
           "arXiv 2506.15298), so none stand beside\n";
  }
  if (what.json != "-" && what.csv != "-") out << PrintableLines(VqaText(evaluation));
  WriteReport(what.json, VqaJson(evaluation, {what.answers, what.references}), out);
  WriteReport(what.csv, VqaCsv(evaluation), out);
  return kExitOk;
}

int ValidateAnswers(const std::string& answers, const std::optional<std::string>& questions,
                    std::ostream& out, std::ostream& err) {
  const AnswersCheck check = CheckAnswers(answers, questions);
  for (const std::string& note : check.notes) err << "note: " << Printable(note) << '\n';
  for (const std::string& problem : check.problems) out << Printable(problem) << '\n';
  out << Printable(answers) << ": " << Counted(check.rows, "answer") << ", "
      << Counted(std::ssize(check.problems), "problem")
      << (questions ? "" : "; rows and their order not checked (--questions)") << '\n';
  return check.problems.empty() ? kExitOk : kExitInput;
}

}  // namespace mestr::cli
