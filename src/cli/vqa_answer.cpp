// mestr vqa answer: what intervals alone answer of the questions about long videos.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/compute.h"
#include "core/files.h"
#include "core/record_file.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"
#include "vqa/question_file.h"
#include "vqa/spotting_answers.h"

namespace mestr::cli {
using namespace internal;
namespace {

struct Flags {
  std::string questions;
  std::string run;
  std::string output;
  bool overwrite = false;
};

// "x_to_answer.jsonl" -> "x_pred.jsonl"
std::string AnsweredName(const std::filesystem::path& questions) {
  constexpr std::string_view kToAnswer = "_to_answer";
  std::string stem = questions.stem().string();
  if (stem.ends_with(kToAnswer)) stem.resize(stem.size() - kToAnswer.size());
  return stem + "_pred.jsonl";
}

nlohmann::ordered_json RecordOf(const Flags& flags, const SpottingAnswers& answers) {
  return {{"mestr_version", Version()},
          {"questions", flags.questions},
          {"answers", "spotting"},
          {"run", flags.run},
          {"answered", answers.answered},
          {"left_as_they_were", answers.left},
          {"of_events_not_found", answers.without_event}};
}

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

int Run(const Flags& flags, std::ostream& out, std::ostream& err) {
  const std::filesystem::path folder = flags.output;
  const std::filesystem::path path = folder / AnsweredName(flags.questions);
  CheckOutputFolder(folder);
  if (Exists(path) && !flags.overwrite) {
    throw Error(ErrorKind::kConfig, path.string() + " is there already; --overwrite replaces it");
  }
  std::vector<Question> questions = ReadQuestions(flags.questions);
  const SpottingAnswers answers =
      AnswerFromSpotting(questions, LoadCompute().spotted_videos(flags.run));
  if (answers.answered == 0) {
    throw Error(ErrorKind::kInput,
                flags.questions + " has no question about counts or types of events");
  }
  WriteFileAtomically(path, QuestionLines(questions));
  WriteRecord(path.string() + ".json", RecordOf(flags, answers));
  Note(answers, err);
  out << Counted(answers.answered, "answer") << " in " << Printable(path.string()) << '\n';
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description(
      "Answers the questions about long videos that intervals answer (how many expressions, of "
      "which type is the n-th) from a run of mestr, without any language model.");
  const auto flags = std::make_shared<Flags>();
  app.Group(kInputGroup);
  app.add_option("QUESTIONS", flags->questions, "The file to answer (.jsonl)")
      ->type_name(kFileType)
      ->required();
  app.add_option("--run", flags->run, "An output folder of mestr run on the videos")
      ->type_name(kFolderType)
      ->required();
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags->output, "Folder for the answered file, ..._pred.jsonl")
      ->type_name(kFolderType)
      ->required();
  app.add_flag("--overwrite", flags->overwrite, "Replace an answered file of the same name");
  app.Note(
      "Rows, their order and keys stay. Finds are micro-expressions; what lasts longer than one is "
      "a macro-expression (docs/vqa.md).");
  app.AddExample("mestr vqa answer lvqa_to_answer.jsonl --run out -o answers",
                 "Counts and types from the finds of a run");
  app.AddExample("mestr vqa answer lvqa_to_answer.jsonl --run out -o answers --overwrite",
                 "Once more, after another run");
  return [flags](std::ostream& out, std::ostream& err) { return Run(*flags, out, err); };
}

}  // namespace

const Command kVqaAnswerCommand = {"vqa answer", "counts and types of events, answered by a run",
                                   Define};

}  // namespace mestr::cli
