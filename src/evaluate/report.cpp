#include "evaluate/report.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/csv.h"
#include "core/number_text.h"
#include "core/text.h"
#include "core/text_table.h"
#include "evaluate/bootstrap.h"
#include "mestr/core/version.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kNotAvailable[] = "n/a";

constexpr int kDecimals = 4;

std::string Shown(const std::optional<double>& value, int decimals = kDecimals) {
  return value ? FixedText(*value, decimals) : kNotAvailable;
}

const char* KindName(ScopeKind kind) {
  switch (kind) {
    case ScopeKind::kDataset:
      return "dataset";
    case ScopeKind::kOverall:
      return "overall";
    case ScopeKind::kSubject:
      return "subject";
    case ScopeKind::kVideo:
      return "video";
  }
  return "";
}

std::string DatasetName(const std::string& dataset) {
  return dataset.empty() ? "(none)" : Printable(dataset);
}

std::string ScopeName(const ScopeScore& scope) {
  return scope.kind == ScopeKind::kOverall ? "overall" : DatasetName(scope.key.dataset);
}

std::vector<const ScopeScore*> ScopesOf(const Evaluation& evaluation, ScopeKind a, ScopeKind b) {
  std::vector<const ScopeScore*> scopes;
  for (const ScopeScore& scope : evaluation.scopes) {
    if (scope.kind == a || scope.kind == b) scopes.push_back(&scope);
  }
  return scopes;
}

std::vector<const ScopeScore*> LargeScopes(const Evaluation& evaluation) {
  return ScopesOf(evaluation, ScopeKind::kDataset, ScopeKind::kOverall);
}

std::optional<double> Ap(const ScopeScore& scope, std::size_t threshold) {
  if (!scope.average_precision) return std::nullopt;
  return (*scope.average_precision)[threshold];
}

std::optional<double> MeanAp(const ScopeScore& scope) {
  if (!scope.average_precision) return std::nullopt;
  return scope.MeanAveragePrecision();
}

std::string SpottingText(const Evaluation& evaluation) {
  TextTable table({"data set", "videos", "labels", "predictions", "TP", "FP", "FN", "precision",
                   "recall", "F1", "mean IoU", "AP50", "AP50:95"});
  for (const ScopeScore* scope : LargeScopes(evaluation)) {
    const SpottingCounts& counts = scope->spotting;
    table.Add({ScopeName(*scope), std::to_string(scope->videos), std::to_string(scope->labels),
               std::to_string(scope->predictions), std::to_string(counts.tp),
               std::to_string(counts.fp), std::to_string(counts.fn), Shown(counts.Precision()),
               Shown(counts.Recall()), Shown(counts.F1()), Shown(scope->mean_iou),
               Shown(Ap(*scope, 0)), Shown(MeanAp(*scope))});
  }
  return "Spotting, IoU >= " + NumberText(evaluation.options.iou) + "\n" + table.Text();
}

std::string RecognitionText(const Evaluation& evaluation) {
  TextTable table(
      {"data set", "hits", "left out", "precision", "recall = UAR", "UF1", "F1", "STRS"});
  for (const ScopeScore* scope : LargeScopes(evaluation)) {
    const RecognitionScore& score = scope->recognition;
    table.Add({ScopeName(*scope), std::to_string(scope->confusion.Total()),
               std::to_string(scope->hits_left_out), Shown(score.precision), Shown(score.uar),
               Shown(score.uf1), Shown(score.f1), Shown(scope->strs)});
  }
  const bool all = evaluation.options.average == ClassAverage::kAllClasses;
  return std::string("Recognition over the hits, means over ") +
         (all ? "all classes" : "the classes met") + "; STRS = spotting F1 x recognition F1\n" +
         table.Text();
}

std::string ClassText(const Evaluation& evaluation) {
  const std::vector<std::string>& names = evaluation.options.classes;
  const ScopeScore& overall = evaluation.Overall();
  std::vector<std::string> header = {"class", "TP", "FP", "FN", "precision", "recall", "F1"};
  for (const std::string& name : names) header.push_back("as " + name);
  TextTable table(header);
  for (std::size_t c = 0; c < names.size(); ++c) {
    const ClassScore& score = overall.recognition.classes[c];
    std::vector<std::string> row = {names[c],
                                    std::to_string(score.tp),
                                    std::to_string(score.fp),
                                    std::to_string(score.fn),
                                    Shown(score.precision),
                                    Shown(score.recall),
                                    Shown(score.f1)};
    for (std::size_t p = 0; p < names.size(); ++p) {
      row.push_back(std::to_string(overall.confusion.At(c, p)));
    }
    table.Add(std::move(row));
  }
  return "Recognition by true class, overall, and what it was recognised as\n" + table.Text();
}

std::string TimingText(const Evaluation& evaluation) {
  TextTable table({"data set", "", "hits", "mean frames", "mean |frames|", "mean ms", "mean |ms|"});
  constexpr int kTimingDecimals = 2;
  for (const ScopeScore* scope : LargeScopes(evaluation)) {
    for (const auto& [name, error] :
         {std::pair("onset", &scope->onset), std::pair("apex", &scope->apex),
          std::pair("offset", &scope->offset)}) {
      const bool any = error->hits > 0;
      table.Add({ScopeName(*scope), name, std::to_string(error->hits),
                 any ? Shown(error->mean_frames, kTimingDecimals) : kNotAvailable,
                 any ? Shown(error->mean_abs_frames, kTimingDecimals) : kNotAvailable,
                 Shown(error->mean_ms, kTimingDecimals),
                 Shown(error->mean_abs_ms, kTimingDecimals)});
    }
  }
  return "Timing of the hits, predicted - true\n" + table.Text(2);
}

std::string ConfidenceText(const Evaluation& evaluation) {
  TextTable table({"data set", "number", "value", "from", "to"});
  for (const ScopeScore* scope : LargeScopes(evaluation)) {
    if (!scope->confidence) continue;
    const Headline values = HeadlineOf(scope->spotting, scope->recognition);
    for (std::size_t h = 0; h < kHeadlines.size(); ++h) {
      table.Add({ScopeName(*scope), std::string(kHeadlines[h]), Shown(values[h]),
                 Shown(scope->confidence->low[h]), Shown(scope->confidence->high[h])});
    }
  }
  return "95 % confidence intervals, " + std::to_string(evaluation.options.bootstrap_samples) +
         " bootstrap samples over videos, seed " + std::to_string(evaluation.options.seed) + "\n" +
         table.Text(2);
}

std::string SmallScopesText(const Evaluation& evaluation, ScopeKind kind) {
  const bool by_video = kind == ScopeKind::kVideo;
  std::vector<std::string> header = {
      "data set",  "subject", "labels", "predictions",    "TP",  "FP", "FN",
      "precision", "recall",  "F1",     "recognition F1", "STRS"};
  if (by_video) header.insert(header.begin() + 2, "video");
  TextTable table(header);
  for (const ScopeScore* scope : ScopesOf(evaluation, kind, kind)) {
    const SpottingCounts& counts = scope->spotting;
    std::vector<std::string> row = {
        DatasetName(scope->key.dataset), Printable(scope->key.subject),
        std::to_string(scope->labels),   std::to_string(scope->predictions),
        std::to_string(counts.tp),       std::to_string(counts.fp),
        std::to_string(counts.fn),       Shown(counts.Precision()),
        Shown(counts.Recall()),          Shown(counts.F1()),
        Shown(scope->recognition.f1),    Shown(scope->strs)};
    if (by_video) row.insert(row.begin() + 2, Printable(scope->key.video));
    table.Add(std::move(row));
  }
  return std::string("By ") + KindName(kind) + "\n" + table.Text(by_video ? 3 : 2);
}

std::vector<std::string> CompareRow(
    const std::string& method, const std::vector<std::pair<std::string, PublishedScore>>& scores,
    const std::function<std::string(double)>& show) {
  const auto score_of = [&](const std::string& dataset) {
    const auto found = std::find_if(scores.begin(), scores.end(),
                                    [&](const auto& entry) { return entry.first == dataset; });
    return found == scores.end() ? PublishedScore() : found->second;
  };
  std::vector<std::string> row = {method};
  for (const std::string dataset : {"samm", "cas", ""}) {
    const PublishedScore score = score_of(dataset);
    for (const auto& value : {score.spotting_f1, score.recognition_f1, score.strs}) {
      row.push_back(value ? show(*value) : "-");
    }
  }
  return row;
}

std::string CompareText(const Evaluation& evaluation, const std::vector<PublishedResult>& compare) {
  TextTable table({"method", "samm spot F1", "recog F1", "STRS", "cas spot F1", "recog F1", "STRS",
                   "overall spot F1", "recog F1", "STRS"});
  std::vector<std::pair<std::string, PublishedScore>> ours;
  for (const ScopeScore* scope : LargeScopes(evaluation)) {
    PublishedScore score;
    score.spotting_f1 = scope->spotting.F1();
    score.recognition_f1 = scope->recognition.f1;
    score.strs = scope->strs;
    ours.emplace_back(scope->key.dataset, score);
  }
  table.Add(CompareRow("this one", ours, [](double value) { return Shown(value); }));
  for (auto first = compare.begin(); first != compare.end();) {
    const auto last = std::find_if(first, compare.end(), [&](const PublishedResult& result) {
      return result.method != first->method;
    });
    std::vector<std::pair<std::string, PublishedScore>> scores;
    for (auto result = first; result != last; ++result) {
      scores.emplace_back(result->dataset, result->score);
    }
    table.Add(CompareRow(first->method, scores, NumberText));
    first = last;
  }
  return "Beside published results (- is not published)\n" + table.Text();
}

Json OptionalJson(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json AveragePrecisionJson(const ScopeScore& scope) {
  if (!scope.average_precision) return nullptr;
  Json json;
  for (std::size_t t = 0; t < kApThresholds; ++t) {
    json[FixedText(ApThreshold(t), 2)] = (*scope.average_precision)[t];
  }
  json["mean"] = scope.MeanAveragePrecision();
  return json;
}

Json RecognitionJson(const ScopeScore& scope, const std::vector<std::string>& names) {
  const RecognitionScore& score = scope.recognition;
  Json confusion = Json::array();
  Json classes = Json::array();
  for (std::size_t c = 0; c < names.size(); ++c) {
    Json row = Json::array();
    for (std::size_t p = 0; p < names.size(); ++p) row.push_back(scope.confusion.At(c, p));
    confusion.push_back(std::move(row));
    const ClassScore& of_class = score.classes[c];
    classes.push_back({{"emotion", names[c]},
                       {"tp", of_class.tp},
                       {"fp", of_class.fp},
                       {"fn", of_class.fn},
                       {"precision", of_class.precision},
                       {"recall", of_class.recall},
                       {"f1", of_class.f1}});
  }
  return {{"hits", scope.confusion.Total()},
          {"hits_left_out", scope.hits_left_out},
          {"precision", score.precision},
          {"recall", score.uar},
          {"f1", score.f1},
          {"uf1", score.uf1},
          {"uar", score.uar},
          {"classes", std::move(classes)},
          {"confusion_truth_by_prediction", std::move(confusion)}};
}

Json TimingJson(const TimingError& error) {
  const bool any = error.hits > 0;
  return {{"hits", error.hits},
          {"mean_frames", any ? Json(error.mean_frames) : Json()},
          {"mean_abs_frames", any ? Json(error.mean_abs_frames) : Json()},
          {"mean_ms", OptionalJson(error.mean_ms)},
          {"mean_abs_ms", OptionalJson(error.mean_abs_ms)}};
}

Json ScopeJson(const ScopeScore& scope, const std::vector<std::string>& names) {
  const SpottingCounts& counts = scope.spotting;
  Json json = {{"scope", KindName(scope.kind)}};
  if (scope.kind != ScopeKind::kOverall) json["dataset"] = scope.key.dataset;
  if (scope.kind == ScopeKind::kSubject || scope.kind == ScopeKind::kVideo) {
    json["subject"] = scope.key.subject;
  }
  if (scope.kind == ScopeKind::kVideo) json["video"] = scope.key.video;
  json["videos"] = scope.videos;
  json["labels"] = scope.labels;
  json["predictions"] = scope.predictions;
  json["spotting"] = {{"tp", counts.tp},
                      {"fp", counts.fp},
                      {"fn", counts.fn},
                      {"precision", counts.Precision()},
                      {"recall", counts.Recall()},
                      {"f1", counts.F1()},
                      {"mean_iou", OptionalJson(scope.mean_iou)},
                      {"average_precision", AveragePrecisionJson(scope)}};
  json["recognition"] = RecognitionJson(scope, names);
  json["strs"] = scope.strs;
  json["timing"] = {{"onset", TimingJson(scope.onset)},
                    {"apex", TimingJson(scope.apex)},
                    {"offset", TimingJson(scope.offset)}};
  if (scope.confidence) {
    Json intervals;
    for (std::size_t h = 0; h < kHeadlines.size(); ++h) {
      intervals[std::string(kHeadlines[h])] = {scope.confidence->low[h], scope.confidence->high[h]};
    }
    json["confidence_95"] = std::move(intervals);
  }
  return json;
}

Json OptionsJson(const EvaluateOptions& options) {
  return {{"iou", options.iou},
          {"classes", options.classes},
          {"average", options.average == ClassAverage::kAllClasses ? "all-classes" : "classes-met"},
          {"include_macro", options.include_macro},
          {"datasets", options.datasets},
          {"fps", options.fps},
          {"bootstrap_samples", options.bootstrap_samples},
          {"seed", options.seed}};
}

std::optional<double> If(bool condition, double value) {
  return condition ? std::optional(value) : std::nullopt;
}

void AddTiming(CsvWriter& writer, const TimingError& error) {
  writer.Add(If(error.hits > 0, error.mean_frames)).Add(If(error.hits > 0, error.mean_abs_frames));
  writer.Add(error.mean_ms).Add(error.mean_abs_ms);
}

std::vector<std::string> CsvHeader() {
  std::vector<std::string> header = {"scope",
                                     "dataset",
                                     "subject",
                                     "video",
                                     "videos",
                                     "labels",
                                     "predictions",
                                     "tp",
                                     "fp",
                                     "fn",
                                     "spotting_precision",
                                     "spotting_recall",
                                     "spotting_f1",
                                     "mean_iou",
                                     "hits_left_out",
                                     "recognition_precision",
                                     "uar",
                                     "uf1",
                                     "recognition_f1",
                                     "strs"};
  for (std::size_t t = 0; t < kApThresholds; ++t) {
    header.push_back("ap_" + FixedText(ApThreshold(t), 2));
  }
  header.emplace_back("ap_mean");
  for (const std::string part : {"onset", "apex", "offset"}) {
    for (const std::string number : {"mean_frames", "mean_abs_frames", "mean_ms", "mean_abs_ms"}) {
      header.push_back(std::string(part).append("_").append(number));
    }
  }
  for (const std::string_view name : kHeadlines) {
    header.push_back(std::string(name) + "_low95");
    header.push_back(std::string(name) + "_high95");
  }
  return header;
}

}  // namespace

std::string EvaluationText(const Evaluation& evaluation,
                           const std::vector<PublishedResult>& compare) {
  std::vector<std::string> parts = {SpottingText(evaluation), RecognitionText(evaluation),
                                    ClassText(evaluation), TimingText(evaluation)};
  if (evaluation.options.bootstrap_samples > 0) parts.push_back(ConfidenceText(evaluation));
  if (evaluation.options.by_subject) {
    parts.push_back(SmallScopesText(evaluation, ScopeKind::kSubject));
  }
  if (evaluation.options.by_video) parts.push_back(SmallScopesText(evaluation, ScopeKind::kVideo));
  if (!compare.empty()) parts.push_back(CompareText(evaluation, compare));
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += '\n';
    text += part;
  }
  return text;
}

std::string EvaluationJson(const Evaluation& evaluation, const EvaluationInputs& inputs) {
  Json scopes = Json::array();
  for (const ScopeScore& scope : evaluation.scopes) {
    scopes.push_back(ScopeJson(scope, evaluation.options.classes));
  }
  const Json json = {{"mestr_version", Version()}, {"predictions", inputs.predictions},
                     {"truth", inputs.truth},      {"options", OptionsJson(evaluation.options)},
                     {"notes", evaluation.notes},  {"scopes", std::move(scopes)}};
  // A name that is not UTF-8 must not lose the numbers.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string EvaluationCsv(const Evaluation& evaluation) {
  CsvWriter writer(CsvHeader());
  for (const ScopeScore& scope : evaluation.scopes) {
    const SpottingCounts& counts = scope.spotting;
    writer.Add(KindName(scope.kind)).Add(FormulaSafe(scope.key.dataset));
    writer.Add(FormulaSafe(scope.key.subject)).Add(FormulaSafe(scope.key.video));
    writer.Add(scope.videos).Add(scope.labels).Add(scope.predictions);
    writer.Add(counts.tp).Add(counts.fp).Add(counts.fn);
    writer.Add(counts.Precision()).Add(counts.Recall()).Add(counts.F1()).Add(scope.mean_iou);
    const RecognitionScore& recognition = scope.recognition;
    writer.Add(scope.hits_left_out).Add(recognition.precision).Add(recognition.uar);
    writer.Add(recognition.uf1).Add(recognition.f1).Add(scope.strs);
    for (std::size_t t = 0; t < kApThresholds; ++t) {
      writer.Add(Ap(scope, t));
    }
    writer.Add(MeanAp(scope));
    for (const TimingError* error : {&scope.onset, &scope.apex, &scope.offset}) {
      AddTiming(writer, *error);
    }
    for (std::size_t h = 0; h < kHeadlines.size(); ++h) {
      writer.Add(scope.confidence ? std::optional(scope.confidence->low[h]) : std::nullopt);
      writer.Add(scope.confidence ? std::optional(scope.confidence->high[h]) : std::nullopt);
    }
    writer.EndRow();
  }
  return writer.text();
}

}  // namespace mestr::internal
