// What goes on in a clip besides micro-expressions.
#pragma once

#include <optional>
#include <string_view>

namespace mestr::internal::synth {

enum class Context {
  kFrozen,    // nothing at all: a photograph with a camera's noise
  kStill,     // looks on and is asked not to show anything, as in the recorded data sets
  kCalm,      // sits before a webcam
  kSpeaking,  // talks, with pauses
  kLively,    // shows what it feels, turns the head, talks now and then
};
inline constexpr int kContextCount = 5;

// "frozen", "still", "calm", "speaking", "lively".
std::string_view ContextName(Context context);
std::optional<Context> FindContext(std::string_view name);

// What a context is like; a person's own liveliness multiplies it.
struct ContextTraits {
  static const ContextTraits& Of(Context context);

  double sway = 0;  // of the head as measured
  double tone = 0;  // of the muscles as measured
  double blinks_per_minute = 0;
  double jumps_per_s = 0;
  double reach_deg = 0;
  double speech_share = 0;
  double macro_per_minute = 0;
  double small_per_minute = 0;  // swallowing, pressed lips
  double turns_per_minute = 0;
  double nods_per_minute = 0;
  double shifts_per_minute = 0;
};

}  // namespace mestr::internal::synth
