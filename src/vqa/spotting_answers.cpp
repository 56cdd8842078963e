#include "vqa/spotting_answers.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa/answer.h"
#include "vqa/question_kind.h"

namespace mestr::internal {
namespace {

const SpottedVideo& VideoOf(const Question& question, std::span<const SpottedVideo> videos) {
  const SpottedVideo* found = nullptr;
  for (const SpottedVideo& video : videos) {
    if (!IsNamed(video.key, question.video)) continue;
    if (found != nullptr) {
      throw Error(ErrorKind::kInput, "the run has several videos named " + Quoted(question.video) +
                                         "; give a run of one data set");
    }
    found = &video;
  }
  if (found != nullptr && found->failure.empty()) return *found;
  throw Error(ErrorKind::kInput, "the run has no results of video " + Quoted(question.video) +
                                     " (question " + Quoted(question.video_id) + ")" +
                                     (found == nullptr ? "" : ": " + found->failure));
}

std::int64_t CountOfType(const SpottedVideo& video, ExpressionType type) {
  return std::count_if(video.events.begin(), video.events.end(),
                       [&](const SpottedEvent& event) { return event.type == type; });
}

std::int64_t CountFor(QuestionKind kind, const SpottedVideo& video) {
  if (kind == QuestionKind::kMicroCount) return CountOfType(video, ExpressionType::kMicro);
  if (kind == QuestionKind::kMacroCount) return CountOfType(video, ExpressionType::kMacro);
  return std::ssize(video.events);
}

ExpressionType UsualType(const SpottedVideo& video) {
  const bool more_macro =
      CountOfType(video, ExpressionType::kMacro) > CountOfType(video, ExpressionType::kMicro);
  return more_macro ? ExpressionType::kMacro : ExpressionType::kMicro;
}

// `n` from 1.
ExpressionType TypeOfEvent(const SpottedVideo& video, std::int64_t n, SpottingAnswers& answers) {
  std::vector<SpottedEvent> events = video.events;
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return std::pair(a.interval.onset, a.interval.offset) <
           std::pair(b.interval.onset, b.interval.offset);
  });
  if (n <= std::ssize(events)) return events[static_cast<std::size_t>(n) - 1].type;
  ++answers.without_event;
  return UsualType(video);
}

void SetNumber(Question& question, std::int64_t number) {
  question.answer = std::to_string(number);
  question.row["answer"] = number;
}

}  // namespace

SpottingAnswers AnswerFromSpotting(std::span<Question> questions,
                                   std::span<const SpottedVideo> videos) {
  SpottingAnswers answers;
  for (Question& question : questions) {
    const QuestionTopic topic = TopicOf(question.question);
    if (!IsCount(topic.kind) && topic.kind != QuestionKind::kEventType) {
      ++answers.left;
      continue;
    }
    ++answers.answered;
    const SpottedVideo& video = VideoOf(question, videos);
    if (IsCount(topic.kind)) {
      SetNumber(question, CountFor(topic.kind, video));
    } else {
      const ExpressionType type = TypeOfEvent(video, topic.event.value(), answers);
      SetAnswer(question, std::string(kEventTypes[type == ExpressionType::kMicro ? 0 : 1]));
    }
  }
  return answers;
}

}  // namespace mestr::internal
