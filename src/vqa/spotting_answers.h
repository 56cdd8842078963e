// Answers to the questions of ME-LVQA that intervals alone answer: counts, and types of events.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mestr/core/interval.h"
#include "mestr/core/video_key.h"
#include "mestr/submission/records.h"
#include "vqa/question_file.h"

namespace mestr::internal {

// An expression lasts at most so long to be a micro-expression (Yan et al. 2013).
inline constexpr double kLongestMicro_s = 0.5;

struct SpottedEvent {
  Interval interval;
  ExpressionType type = ExpressionType::kMicro;
};

// A video of a run, with all of its events; one without any was looked at and shows none.
struct SpottedVideo {
  VideoKey key;
  std::vector<SpottedEvent> events;
  std::string failure = {};  // why the run has no results of it; empty: it has
};

struct SpottingAnswers {
  std::int64_t answered = 0;
  std::int64_t left = 0;  // questions of other kinds, whose answers stay as they are
  // Types of events that were not found: their answer is the type of most of the video's events, a
  // micro-expression where there are as many of both or none.
  std::int64_t without_event = 0;
};

// Sets the answers of kEventCount, kMicroCount, kMacroCount (numbers) and kEventType, whose events
// are counted in the order of their onsets. A video is that of the question where it is called so,
// or so with its subject and "_" before it. Throws Error{kInput} for a question about a video that
// is not among `videos`, is there twice, or failed.
SpottingAnswers AnswerFromSpotting(std::span<Question> questions,
                                   std::span<const SpottedVideo> videos);

}  // namespace mestr::internal
