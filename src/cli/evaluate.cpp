// mestr evaluate: predictions against labels, by the protocol of the MEGC challenge.
#include "mestr/evaluate/evaluate.h"

#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/text.h"
#include "evaluate/published.h"
#include "evaluate/report.h"
#include "mestr/config/config.h"
#include "mestr/core/error.h"
#include "mestr/submission/labels.h"
#include "mestr/submission/predictions.h"
#include "results/run_status.h"

namespace mestr::cli {
using namespace internal;
namespace {

constexpr const char* kConventions[] = {
    "Conventions (docs/evaluation.md has them all):",
    "Frames are 1-based and inclusive. A video counts when it is in the labels or the predictions.",
    "Spotting: per video, predictions in order of onset; each belongs to the label with the "
    "highest "
    "IoU and hits it when IoU >= 0.5 and it is not hit yet. Counts are summed over videos, then P, "
    "R and F1 are taken; 0/0 = 0.",
    "Recognition: over the hits alone. UF1, UAR and the mean precision are over the classes met in "
    "truth or prediction; F1 is 2PR/(P+R) of mean precision and mean recall. STRS = spotting F1 x "
    "recognition F1.",
    "Only micro-expressions are scored. A hit on a label of 'others' counts in spotting alone; "
    "predictions of 'others' are left out."};

struct Flags {
  std::vector<std::string> predictions;
  std::string truth;
  std::string average = "classes-met";
  std::string json;
  std::string csv;
  std::string compare;
  std::vector<std::string> config;
  std::vector<std::string> by;
  std::vector<std::string> classes;
  std::vector<std::string> fps;
  EvaluateOptions options;
};

void AddInputFlags(CommandApp& app, Flags& flags) {
  app.Group(kInputGroup);
  app.add_option("--pred", flags.predictions,
                 "An output folder of mestr run, <dataset>_pred.csv, predictions.csv or "
                 "submission.zip; several are taken together")
      ->type_name(kPathType)
      ->required();
  app.add_option("--truth", flags.truth,
                 "Labels: CSV of dataset,subject,video,onset,apex,offset,emotion,type "
                 "(scripts/labels_to_csv.py makes it)")
      ->type_name(kFileType)
      ->required();
  app.add_option("--dataset", flags.options.datasets, "Score only these data sets")
      ->type_name("NAME")
      ->delimiter(',');
  app.add_option("--fps", flags.fps, "For timing errors in ms; without, as in the config")
      ->type_name("DATASET=FPS")
      ->delimiter(',');
  app.add_option("--config", flags.config, "Config whose data sets' fps are taken; repeatable")
      ->type_name(kConfigType)
      ->allow_extra_args(false);
}

void AddScoringFlags(CommandApp& app, Flags& flags) {
  app.Group("Scoring");
  app.add_option("--iou", flags.options.iou, "Least IoU of a hit, over 0 and at most 1")
      ->type_name("IOU")
      ->capture_default_str();
  app.add_option("--average", flags.average,
                 "Means over classes: those met (the protocol's), or all")
      ->type_name("classes-met|all-classes")
      ->check(OneOf({"classes-met", "all-classes"}))
      ->capture_default_str();
  app.add_option("--classes", flags.classes, "Emotions to recognise")
      ->type_name("EMOTION")
      ->delimiter(',')
      ->default_str("negative,positive,surprise");
  app.add_flag("--macro", flags.options.include_macro, "Score macro-expressions too");
  app.add_option("--by", flags.by, "Also by subject, by video, or both")
      ->type_name("subject|video")
      ->delimiter(',')
      ->check(OneOf({"subject", "video"}));
  app.add_option("--bootstrap", flags.options.bootstrap_samples,
                 "Samples for 95 % confidence intervals over videos; 0: none")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--seed", flags.options.seed, "Of the bootstrap")
      ->type_name("N")
      ->capture_default_str();
}

void AddOutputFlags(CommandApp& app, Flags& flags) {
  app.Group(kOutputGroup);
  app.add_option("--compare", flags.compare, "Published results beside these")
      ->type_name("megc2025")
      ->check(OneOf({"megc2025"}));
  app.add_option("--json", flags.json, "Write everything as JSON to this file; -: to stdout alone")
      ->type_name(kFileType);
  app.add_option("--csv", flags.csv, "Write one row a score to this file; -: to stdout alone")
      ->type_name(kFileType);
}

void AddFps(const std::string& text, std::map<std::string, double>& fps) {
  const std::size_t equals = text.rfind('=');
  double value = 0;
  const char* const end = text.data() + text.size();
  if (equals != std::string::npos) {
    const auto parsed = std::from_chars(text.data() + equals + 1, end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end) {
      fps[text.substr(0, equals)] = value;
      return;
    }
  }
  throw Error(ErrorKind::kConfig, "--fps: '" + text + "' is not DATASET=FPS, like cas=30");
}

EvaluateOptions OptionsFrom(const Flags& flags) {
  EvaluateOptions options = flags.options;
  if (!flags.classes.empty()) options.classes = flags.classes;
  options.average =
      flags.average == "all-classes" ? ClassAverage::kAllClasses : ClassAverage::kClassesMet;
  for (const std::string& by : flags.by) {
    (by == "subject" ? options.by_subject : options.by_video) = true;
  }
  for (const DatasetConfig& dataset : LoadConfig(flags.config, {}).datasets) {
    if (dataset.layout.fps) options.fps[dataset.layout.dataset] = *dataset.layout.fps;
  }
  for (const std::string& text : flags.fps) AddFps(text, options.fps);
  options.Check();
  return options;
}

int Run(const Flags& flags, std::ostream& out, std::ostream& err) {
  if (flags.json == "-" && flags.csv == "-") {
    throw Error(ErrorKind::kConfig, "--json - and --csv -: only one of them can go to stdout");
  }
  const EvaluateOptions options = OptionsFrom(flags);
  for (const std::string& input : flags.predictions) {
    const std::string unfinished = UnfinishedText(input);
    if (!unfinished.empty()) err << "note: " << Printable(unfinished) << '\n';
  }
  const auto emotion_problem = [&](const auto& row) { return EmotionProblem(row, options); };
  const std::vector<Label> labels = ReadLabels(flags.truth, emotion_problem);
  const std::vector<Prediction> predictions =
      ReadPredictions({flags.predictions.begin(), flags.predictions.end()}, emotion_problem);
  const Evaluation evaluation = Evaluate(predictions, labels, options);
  for (const std::string& note : evaluation.notes) err << "note: " << Printable(note) << '\n';
  const bool to_person = flags.json != "-" && flags.csv != "-";
  if (to_person) {
    out << PrintableLines(EvaluationText(
        evaluation, flags.compare.empty() ? std::vector<PublishedResult>() : Megc2025Results()));
  }
  WriteReport(flags.json, EvaluationJson(evaluation, {flags.predictions, flags.truth}), out);
  WriteReport(flags.csv, EvaluationCsv(evaluation), out);
  return kExitOk;
}

Action Define(CommandApp& app) {
  app.description("Scores predictions against labels as the MEGC leaderboard does.");
  const auto flags = std::make_shared<Flags>();
  AddInputFlags(app, *flags);
  AddScoringFlags(app, *flags);
  AddOutputFlags(app, *flags);
  for (const char* paragraph : kConventions) app.Note(paragraph);
  app.AddExample("mestr evaluate --pred out --truth labels.csv", "The scores of a run");
  app.AddExample("mestr evaluate --pred out --truth labels.csv --by subject --bootstrap 1000",
                 "By subject too, with confidence intervals");
  return [flags](std::ostream& out, std::ostream& err) { return Run(*flags, out, err); };
}

}  // namespace

const Command kEvaluateCommand = {"evaluate", "score predictions against labels", Define};

}  // namespace mestr::cli
