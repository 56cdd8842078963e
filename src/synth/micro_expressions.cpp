#include "synth/micro_expressions.h"

#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

// From here on a camera is of SAMM's kind (200 fps), below of CAS(ME)^2's (30 fps).
constexpr double kFastCamera_fps = 100;

}  // namespace

const char* SynthEmotionName(SynthEmotion emotion) {
  switch (emotion) {
    case SynthEmotion::kNegative:
      return "negative";
    case SynthEmotion::kPositive:
      return "positive";
    case SynthEmotion::kSurprise:
      return "surprise";
  }
  throw Error(ErrorKind::kInvalidArgument, "not a SynthEmotion");
}

double RealExpressionsPerMinute(double fps) {
  return fps >= kFastCamera_fps ? 159 / (147 * 35.5 / 60) : 57 / (97 * 148.0 / 60);
}

}  // namespace mestr::internal
