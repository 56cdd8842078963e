// mestr vqa make: questions about micro-expressions from labels.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/csv.h"
#include "core/file_names.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/make.h"
#include "vqa/question_file.h"

namespace mestr::cli {
using namespace internal;
namespace {

using Json = nlohmann::ordered_json;

struct Flags {
  std::string labels;
  std::string output;
  std::string task = "vqa";
  std::vector<std::string> datasets;
  bool overwrite = false;
  MakeOptions options;
};

struct OutputFile {
  std::filesystem::path path;
  std::string content;
};

std::string Lines(const std::vector<Json>& rows) {
  std::string lines;
  for (const Json& row : rows) lines += RowLine(row);
  return lines;
}

std::string ClipsCsv(const std::vector<MadeClip>& clips) {
  CsvWriter writer({"clip", "dataset", "subject", "video", "onset", "apex", "offset"});
  for (const MadeClip& clip : clips) {
    const Label& label = clip.label;
    writer.Add(FormulaSafe(clip.clip)).Add(FormulaSafe(label.video.dataset));
    writer.Add(FormulaSafe(label.video.subject)).Add(FormulaSafe(label.video.video));
    writer.Add(label.interval.onset + 1);
    writer.Add(label.apex ? std::optional(*label.apex + 1) : std::nullopt);
    writer.Add(label.interval.offset + 1).EndRow();
  }
  return writer.text();
}

// me_vqa_samm_v2_test_to_answer.jsonl, as the challenge's files are called.
// Data sets whose names are one as a file's get files of their own all the same.
std::vector<OutputFile> FilesOf(const MadeQuestions& made, const Flags& flags, FileNames& names) {
  const std::filesystem::path folder = flags.output;
  const bool of_clips = flags.options.task == VqaTask::kClips;
  std::string begin = of_clips ? "me_vqa_" : "me_lvqa_";
  begin += names.NameOf({.dataset = made.dataset.empty() ? "own" : made.dataset});
  if (of_clips && flags.options.version == 2) begin += "_v2";
  std::vector<OutputFile> files;
  if (!made.training.empty()) {
    files.push_back({folder / (begin + "_train.jsonl"), Lines(made.training)});
  }
  if (made.to_answer.empty()) return files;
  files.push_back({folder / (begin + "_test_to_answer.jsonl"), Lines(made.to_answer)});
  files.push_back({folder / (begin + "_reference.jsonl"), Lines(made.reference)});
  if (of_clips) files.push_back({folder / (begin + "_clips.csv"), ClipsCsv(made.clips)});
  return files;
}

std::vector<DescribedLabel> LabelsOf(const Flags& flags) {
  std::vector<DescribedLabel> labels = ReadDescribedLabels(flags.labels);
  if (flags.datasets.empty()) return labels;
  std::erase_if(labels, [&](const DescribedLabel& one) {
    return std::find(flags.datasets.begin(), flags.datasets.end(), one.label.video.dataset) ==
           flags.datasets.end();
  });
  return labels;
}

void Write(const std::vector<OutputFile>& files, bool overwrite) {
  for (const OutputFile& file : files) {
    if (overwrite || !Exists(file.path)) continue;
    throw Error(ErrorKind::kConfig,
                file.path.string() + " is there already; --overwrite replaces it");
  }
  for (const OutputFile& file : files) WriteFileAtomically(file.path, file.content);
}

int Run(Flags flags, std::ostream& out, std::ostream& err) {
  flags.options.task = flags.task == "lvqa" ? VqaTask::kLongVideos : VqaTask::kClips;
  RequireInRange("--version", flags.options.version, VersionLimits());
  CheckOutputFolder(flags.output);
  const MadeSets sets = MakeQuestions(LabelsOf(flags), flags.options);
  FileNames names;
  std::vector<OutputFile> files;
  for (const MadeQuestions& made : sets.datasets) {
    for (OutputFile& file : FilesOf(made, flags, names)) files.push_back(std::move(file));
  }
  Write(files, flags.overwrite);
  for (const std::string& note : sets.notes) err << "note: " << Printable(note) << '\n';
  for (const MadeQuestions& made : sets.datasets) {
    out << (made.dataset.empty() ? "no data set" : Printable(made.dataset)) << ": "
        << Counted(std::ssize(made.training), "training question") << ", "
        << Counted(std::ssize(made.to_answer), "test question") << '\n';
  }
  for (const OutputFile& file : files) out << "wrote " << Printable(file.path.string()) << '\n';
  return kExitOk;
}

void AddFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option("LABELS", flags.labels,
                 "Labels, as of mestr evaluate, with the columns fine_emotion and action_units "
                 "(scripts/labels_to_csv.py --describe); without one of them it is not asked for")
      ->type_name(kFileType)
      ->required();
  app.add_option("--dataset", flags.datasets, "Only these data sets")
      ->type_name("NAME")
      ->delimiter(',');
  app.Group("Questions");
  app.add_option("--task", flags.task,
                 "vqa: of each micro-expression; lvqa: of each long video, its expressions counted")
      ->type_name("vqa|lvqa")
      ->check(OneOf({"vqa", "lvqa"}))
      ->capture_default_str();
  app.add_option("--version", flags.options.version,
                 "Of the organisers' files: the fifth question is for units and classes (1) or for "
                 "a free analysis (2)")
      ->type_name("1|2")
      ->capture_default_str();
  app.add_option("--test-subjects", flags.options.held_out,
                 "Their questions are for testing alone, all others for training; without, every "
                 "subject is in both")
      ->type_name("SUBJECT")
      ->delimiter(',');
  app.add_option("--seed", flags.options.seed, "Of the units and events that are asked about")
      ->type_name("N")
      ->capture_default_str();
  app.Group(kOutputGroup);
  app.add_option("-o,--output", flags.output, "Folder to write to")
      ->type_name(kFolderType)
      ->required();
  app.add_flag("--overwrite", flags.overwrite, "Replace files of the same names");
}

Action Define(CommandApp& app) {
  app.description(
      "Makes the questions of ME-VQA or ME-LVQA from labels, for training and testing.");
  const auto flags = std::make_shared<Flags>();
  AddFlags(app, *flags);
  app.Note(
      "Files are JSON lines in the organisers' form: me_vqa_<data set>_train.jsonl, "
      "..._test_to_answer.jsonl, ..._reference.jsonl with its answers, and ..._clips.csv with the "
      "frames of each clip (docs/vqa.md).");
  app.AddExample("mestr vqa make labels.csv -o questions", "Questions about each micro-expression");
  app.AddExample("mestr vqa make labels.csv -o questions --task lvqa --test-subjects 006,007",
                 "About long videos, two subjects held out for testing");
  return [flags](std::ostream& out, std::ostream& err) { return Run(*flags, out, err); };
}

}  // namespace

const Command kVqaMakeCommand = {"vqa make", "questions about micro-expressions, made from labels",
                                 Define};

}  // namespace mestr::cli
