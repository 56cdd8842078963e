#include "vqa/scores.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/answer.h"

namespace mestr::internal {
namespace {

// A question of the references, with what was answered.
struct Answered {
  QuestionTopic topic;
  std::string dataset;
  std::string_view answer;
  std::string_view reference;
};

using Group = std::vector<const Answered*>;

Group OfKind(const Group& group, QuestionKind kind) {
  Group found;
  for (const Answered* answered : group) {
    if (answered->topic.kind == kind) found.push_back(answered);
  }
  return found;
}

Group OfTask(const Group& group, bool of_long_video) {
  Group found;
  for (const Answered* answered : group) {
    if (IsOfLongVideo(answered->topic.kind) == of_long_video) found.push_back(answered);
  }
  return found;
}

ClassScores ScoreKind(const Group& group, QuestionKind kind, ClassReading reading) {
  const std::span<const std::string_view> classes = ClassesOf(kind);
  const auto class_of = [&](std::string_view text, ClassReading as) {
    return kind == QuestionKind::kEventType ? EventTypeOf(text) : ClassOf(text, classes, as);
  };
  std::vector<ClassPair> pairs;
  for (const Answered* answered : OfKind(group, kind)) {
    pairs.push_back({class_of(answered->reference, ClassReading::kStrict),
                     class_of(answered->answer, reading)});
  }
  return ScoreClasses(pairs, classes);
}

CountScores ScoreCounts(const Group& group) {
  CountScores scores;
  double squares = 0;
  for (const Answered* answered : group) {
    const std::optional<std::int64_t> count = CountOf(answered->answer);
    if (!count) {
      ++scores.without_number;
      continue;
    }
    const double error =
        static_cast<double>(*count) - static_cast<double>(CountOf(answered->reference).value());
    ++scores.answers;
    scores.mae += std::abs(error);
    squares += error * error;
  }
  if (scores.answers == 0) return scores;
  scores.mae /= static_cast<double>(scores.answers);
  scores.rmse = std::sqrt(squares / static_cast<double>(scores.answers));
  return scores;
}

SetScores ScoreSets(const Group& group) {
  SetScores scores;
  scores.answers = std::ssize(group);
  for (const Answered* answered : group) {
    const std::set<std::string> answer = ActionUnitsOf(answered->answer);
    const std::set<std::string> reference = ActionUnitsOf(answered->reference);
    const auto common = static_cast<double>(
        std::count_if(answer.begin(), answer.end(),
                      [&](const std::string& unit) { return reference.contains(unit); }));
    const auto sum = static_cast<double>(answer.size() + reference.size());
    scores.f1 += sum == 0 ? 1 : 2 * common / sum;
    scores.jaccard += sum == 0 ? 1 : common / (sum - common);
  }
  if (scores.answers == 0) return scores;
  scores.f1 /= static_cast<double>(scores.answers);
  scores.jaccard /= static_cast<double>(scores.answers);
  return scores;
}

void ScoreClips(const Group& group, VqaScope& scope) {
  scope.clip_answers = std::ssize(group);
  if (group.empty()) return;
  std::vector<AnswerText> texts;
  for (const Answered* answered : group) texts.push_back({answered->answer, answered->reference});
  scope.texts = TextScores(texts);
  for (const QuestionKind kind : {QuestionKind::kCoarse, QuestionKind::kFine,
                                  QuestionKind::kUnitShown, QuestionKind::kUnitSide}) {
    KindScores scores{.kind = kind,
                      .strict = ScoreKind(group, kind, ClassReading::kStrict),
                      .lenient = ScoreKind(group, kind, ClassReading::kLenient)};
    if (scores.strict.answers > 0) scope.classes.push_back(std::move(scores));
  }
  scope.clip_units = ScoreSets(OfKind(group, QuestionKind::kActionUnits));
}

void ScoreVideos(const Group& group, VqaScope& scope) {
  scope.video_answers = std::ssize(group);
  scope.events = ScoreCounts(OfKind(group, QuestionKind::kEventCount));
  scope.micro = ScoreCounts(OfKind(group, QuestionKind::kMicroCount));
  scope.macro = ScoreCounts(OfKind(group, QuestionKind::kMacroCount));
  scope.video_units = ScoreSets(OfKind(group, QuestionKind::kVideoUnits));
  scope.types = ScoreKind(group, QuestionKind::kEventType, ClassReading::kLenient);
}

VqaScope ScoreScope(const Group& group) {
  VqaScope scope;
  ScoreClips(OfTask(group, false), scope);
  ScoreVideos(OfTask(group, true), scope);
  return scope;
}

std::string Named(const Question& question) {
  return Quoted(question.video_id) + ", " + Quoted(question.question);
}

void CheckReference(const Question& reference, const QuestionTopic& topic) {
  const auto refuse = [&](const std::string& wanted) {
    throw Error(ErrorKind::kInput, "the reference to " + Named(reference) + " is " +
                                       Quoted(reference.answer) + ", it must be " + wanted);
  };
  if (IsCount(topic.kind) && !CountOf(reference.answer)) refuse("a number");
  if (topic.kind != QuestionKind::kEventType) return;
  const std::string type = EventTypeOf(reference.answer);
  if (std::find(kEventTypes.begin(), kEventTypes.end(), type) == kEventTypes.end()) {
    refuse("micro-expression or macro-expression");
  }
}

using Key = std::pair<std::string_view, std::string_view>;
Key KeyOf(const Question& question) { return {question.video_id, question.question}; }

std::map<Key, const Question*> ByKey(std::span<const Question> questions, const char* what) {
  std::map<Key, const Question*> by_key;
  for (const Question& question : questions) {
    if (by_key.try_emplace(KeyOf(question), &question).second) continue;
    throw Error(ErrorKind::kInput, std::string("two ") + what + " to " + Named(question));
  }
  return by_key;
}

void RefuseUnknown(std::span<const Question> answers,
                   const std::map<Key, const Question*>& references) {
  const auto is_unknown = [&](const Question& answer) {
    return !references.contains(KeyOf(answer));
  };
  const auto first = std::find_if(answers.begin(), answers.end(), is_unknown);
  if (first == answers.end()) return;
  const auto count = std::count_if(answers.begin(), answers.end(), is_unknown);
  throw Error(ErrorKind::kInput, Counted(count, "answer") +
                                     " to questions without a reference, the first " +
                                     Named(*first) + "; give all references");
}

std::vector<Answered> Join(std::span<const Question> answers, std::span<const Question> references,
                           std::vector<std::string>& notes) {
  const std::map<Key, const Question*> answer_of = ByKey(answers, "answers");
  RefuseUnknown(answers, ByKey(references, "references"));
  std::vector<Answered> joined;
  std::int64_t missing = 0;
  std::int64_t empty = 0;
  for (const Question& reference : references) {
    const auto found = answer_of.find(KeyOf(reference));
    const QuestionTopic topic = TopicOf(reference.question);
    CheckReference(reference, topic);
    const std::string_view answer =
        found == answer_of.end() ? std::string_view{} : found->second->answer;
    if (found == answer_of.end()) ++missing;
    if (found != answer_of.end() && Trimmed(answer).empty()) ++empty;
    joined.push_back({topic, DatasetOfVideoId(reference.video_id), answer, reference.answer});
  }
  if (missing > 0) notes.push_back(Counted(missing, "question") + " without a row: empty answers");
  if (empty > 0) notes.push_back(Counted(empty, "empty answer"));
  return joined;
}

}  // namespace

std::string DatasetOfVideoId(std::string_view video_id) {
  for (const std::string_view set : {"_test_", "_train_"}) {
    const std::size_t end = video_id.find(set);
    if (end != std::string_view::npos) return std::string(video_id.substr(0, end));
  }
  return {};
}

VqaEvaluation ScoreAnswers(std::span<const Question> answers,
                           std::span<const Question> references) {
  if (std::all_of(references.begin(), references.end(),
                  [](const Question& reference) { return Trimmed(reference.answer).empty(); })) {
    throw Error(ErrorKind::kInput, "no reference has an answer; give the file with the answers");
  }
  VqaEvaluation evaluation;
  const std::vector<Answered> joined = Join(answers, references, evaluation.notes);
  std::map<std::string, Group> groups;
  Group all;
  for (const Answered& answered : joined) {
    groups[answered.dataset].push_back(&answered);
    all.push_back(&answered);
  }
  for (const auto& [dataset, group] : groups) {
    evaluation.scopes.push_back(ScoreScope(group));
    evaluation.scopes.back().dataset = dataset;
  }
  evaluation.scopes.push_back(ScoreScope(all));
  evaluation.scopes.back().is_overall = true;
  return evaluation;
}

}  // namespace mestr::internal
