// What happens in a clip: the truth that goes with its frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mestr/core/interval.h"
#include "synth/envelope.h"
#include "synth/expressions.h"

namespace mestr::internal::synth {

enum class EventKind {
  kMicro,
  kMacro,
  kBlink,
  kGaze,
  kSpeech,
  kBrowRaise,  // that goes with speech
  kSwallow,
  kLipPress,
  kHeadTurn,
  kNod,
  kPosture,
};

// "micro", "macro", "blink", ...: as events.csv writes it.
std::string_view EventKindName(EventKind kind);

struct FaceEvent {
  EventKind kind = EventKind::kMicro;
  Envelope envelope;
  Expression expression;                // at the apex; empty for what moves head or eyeballs alone
  std::optional<SynthEmotion> emotion;  // of micro- and macro-expressions
  double px200 = 0;  // largest shift of the skin at the apex, 0 without an expression

  // Set by the performance: the first and last frame in which it may be seen, and the one of its
  // apex. At a micro-expression's onset and offset the face is as without it.
  Interval frames = {};
  std::int64_t apex = 0;
};

// A stretch of time in which the person speaks.
struct Phrase {
  double start_s = 0;
  double end_s = 0;
};

}  // namespace mestr::internal::synth
