#include "vqa/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/csv.h"
#include "core/number_text.h"
#include "core/text_table.h"
#include "mestr/core/version.h"

namespace mestr::internal {
namespace {

using Json = nlohmann::ordered_json;

std::string Shown(double value) {
  constexpr int kDecimals = 4;
  return FixedText(value, kDecimals);
}

std::string ScopeName(const VqaScope& scope) {
  if (scope.is_overall) return "overall";
  return scope.dataset.empty() ? "(none)" : scope.dataset;
}

// --- text
// -----------------------------------------------------------------------------------------

std::string ClassText(const VqaEvaluation& evaluation) {
  TextTable table({"data set", "question", "class read", "answers", "right", "UF1", "UAR",
                   "truth's UF1", "UAR", "all UF1", "UAR"});
  for (const VqaScope& scope : evaluation.scopes) {
    for (const KindScores& kind : scope.classes) {
      for (const auto& [reading, scores] :
           {std::pair("strict", &kind.strict), std::pair("lenient", &kind.lenient)}) {
        table.Add({ScopeName(scope), std::string(QuestionKindName(kind.kind)), reading,
                   std::to_string(scores->answers), std::to_string(scores->right),
                   Shown(scores->classes_met.uf1), Shown(scores->classes_met.uar),
                   Shown(scores->truth_classes.uf1), Shown(scores->truth_classes.uar),
                   Shown(scores->all_classes.uf1), Shown(scores->all_classes.uar)});
      }
    }
  }
  return "ME-VQA, classes: means over the classes met, over those of the truth, over the "
         "challenge's list\n" +
         table.Text(3);
}

std::string AnswerTextsText(const VqaEvaluation& evaluation) {
  std::vector<std::string> header = {"score", "how"};
  for (const VqaScope& scope : evaluation.scopes) header.push_back(ScopeName(scope));
  TextTable table(header);
  const std::vector<NamedScore>& names = evaluation.scopes.back().texts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<std::string> row = {std::string(names[i].name), std::string(names[i].what)};
    for (const VqaScope& scope : evaluation.scopes) {
      row.push_back(scope.texts.empty() ? "n/a" : Shown(scope.texts[i].value));
    }
    table.Add(std::move(row));
  }
  return "ME-VQA, texts of all answers: the first two lines are the default BLEU and ROUGE-1\n" +
         table.Text(2);
}

std::string SetsText(const VqaEvaluation& evaluation, const std::string& title,
                     SetScores VqaScope::*member) {
  TextTable table({"data set", "answers", "F1", "Jaccard"});
  for (const VqaScope& scope : evaluation.scopes) {
    const SetScores& scores = scope.*member;
    if (scores.answers == 0) continue;
    table.Add({ScopeName(scope), std::to_string(scores.answers), Shown(scores.f1),
               Shown(scores.jaccard)});
  }
  return title + "\n" + table.Text();
}

constexpr std::pair<const char*, CountScores VqaScope::*> kCounts[] = {
    {"events", &VqaScope::events}, {"micro", &VqaScope::micro}, {"macro", &VqaScope::macro}};

std::string CountsText(const VqaEvaluation& evaluation) {
  TextTable table({"data set", "count of", "answers", "without number", "MAE", "RMSE"});
  for (const VqaScope& scope : evaluation.scopes) {
    for (const auto& [name, member] : kCounts) {
      const CountScores& scores = scope.*member;
      if (scores.answers + scores.without_number == 0) continue;
      table.Add({ScopeName(scope), name, std::to_string(scores.answers),
                 std::to_string(scores.without_number), Shown(scores.mae), Shown(scores.rmse)});
    }
  }
  return "ME-LVQA, counts: answers without a number are left out\n" + table.Text(2);
}

std::string TypesText(const VqaEvaluation& evaluation) {
  TextTable table({"data set", "answers", "right", "UF1", "UAR"});
  for (const VqaScope& scope : evaluation.scopes) {
    if (scope.types.answers == 0) continue;
    table.Add({ScopeName(scope), std::to_string(scope.types.answers),
               std::to_string(scope.types.right), Shown(scope.types.all_classes.uf1),
               Shown(scope.types.all_classes.uar)});
  }
  return "ME-LVQA, type of the n-th expression: means over micro and macro\n" + table.Text();
}

// --- numbers by name
// ------------------------------------------------------------------------------

void AddMeans(Json& json, const std::string& name, const ClassMeans& means, std::int64_t answers) {
  json[name] = {{"uf1", means.uf1}, {"uar", means.uar}, {"n", answers}};
}

// "coarse_strict_classes_met" and the like.
void AddClasses(Json& json, const KindScores& kind) {
  std::string of(QuestionKindName(kind.kind));
  std::replace(of.begin(), of.end(), ' ', '_');
  for (const auto& [reading, scores] :
       {std::pair("strict", &kind.strict), std::pair("lenient", &kind.lenient)}) {
    const std::string name = of + "_" + reading + "_";
    AddMeans(json, name + "classes_met", scores->classes_met, scores->answers);
    AddMeans(json, name + "truth_classes", scores->truth_classes, scores->answers);
    AddMeans(json, name + "all_classes", scores->all_classes, scores->answers);
  }
}

Json SetsJson(const SetScores& scores) {
  return {{"f1", scores.f1}, {"jaccard", scores.jaccard}, {"n", scores.answers}};
}

Json ClipsJson(const VqaScope& scope) {
  Json json = {{"answers", scope.clip_answers}};
  for (const NamedScore& score : scope.texts) json[std::string(score.name)] = score.value;
  for (const KindScores& kind : scope.classes) AddClasses(json, kind);
  if (scope.clip_units.answers > 0) json["action_units"] = SetsJson(scope.clip_units);
  return json;
}

Json VideosJson(const VqaScope& scope) {
  Json json = {{"answers", scope.video_answers}};
  for (const auto& [name, member] : kCounts) {
    const CountScores& scores = scope.*member;
    if (scores.answers + scores.without_number == 0) continue;
    json[name] = {{"mae", scores.mae},
                  {"rmse", scores.rmse},
                  {"n", scores.answers},
                  {"without_number", scores.without_number}};
  }
  if (scope.video_units.answers > 0) json["action_units"] = SetsJson(scope.video_units);
  if (scope.types.answers > 0) {
    AddMeans(json, "type", scope.types.all_classes, scope.types.answers);
  }
  return json;
}

Json ScopeJson(const VqaScope& scope) {
  Json json = {{"scope", scope.is_overall ? "overall" : "dataset"}};
  if (!scope.is_overall) json["dataset"] = scope.dataset;
  if (scope.clip_answers > 0) json["me_vqa"] = ClipsJson(scope);
  if (scope.video_answers > 0) json["me_lvqa"] = VideosJson(scope);
  return json;
}

}  // namespace

std::string VqaText(const VqaEvaluation& evaluation) {
  const VqaScope& overall = evaluation.scopes.back();
  std::vector<std::string> parts;
  if (!overall.classes.empty()) parts.push_back(ClassText(evaluation));
  if (overall.clip_answers > 0) parts.push_back(AnswerTextsText(evaluation));
  if (overall.clip_units.answers > 0) {
    parts.push_back(SetsText(evaluation, "ME-VQA, action units of a clip: means over the answers",
                             &VqaScope::clip_units));
  }
  if (overall.video_answers > 0) parts.push_back(CountsText(evaluation));
  if (overall.video_units.answers > 0) {
    parts.push_back(SetsText(evaluation, "ME-LVQA, action units: means over the videos",
                             &VqaScope::video_units));
  }
  if (overall.types.answers > 0) parts.push_back(TypesText(evaluation));
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "\n") + part;
  return text;
}

std::string VqaJson(const VqaEvaluation& evaluation, const VqaInputs& inputs) {
  Json scopes = Json::array();
  for (const VqaScope& scope : evaluation.scopes) scopes.push_back(ScopeJson(scope));
  const Json json = {{"mestr_version", Version()},
                     {"answers", inputs.answers},
                     {"references", inputs.references},
                     {"notes", evaluation.notes},
                     {"scopes", std::move(scopes)}};
  // A name that is not UTF-8 must not lose the numbers.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string VqaCsv(const VqaEvaluation& evaluation) {
  CsvWriter writer({"scope", "dataset", "task", "score", "value"});
  for (const VqaScope& scope : evaluation.scopes) {
    const Json of_scope = ScopeJson(scope);
    for (const char* task : {"me_vqa", "me_lvqa"}) {
      if (!of_scope.contains(task)) continue;
      const auto add = [&](const std::string& score, const Json& value) {
        writer.Add(of_scope.at("scope").get<std::string>()).Add(FormulaSafe(scope.dataset));
        writer.Add(task).Add(score).Add(value.get<double>()).EndRow();
      };
      for (const auto& [name, value] : of_scope.at(task).items()) {
        if (value.is_number()) add(name, value);
        if (!value.is_object()) continue;
        for (const auto& [part, number] : value.items()) add(name + "_" + part, number);
      }
    }
  }
  return writer.text();
}

}  // namespace mestr::internal
