// Which micro-expressions there are, how long they last and how often they come.
#pragma once

namespace mestr::internal {

// The coarse classes of MEGC, in the order of the baseline's three-class models.
enum class SynthEmotion { kNegative, kPositive, kSurprise };
inline constexpr int kSynthEmotionCount = 3;

// "negative", "positive", "surprise": as labels and predictions write it.
const char* SynthEmotionName(SynthEmotion emotion);

// How long micro-expressions last, offset - onset in seconds: normal, truncated to [min, max].
struct ExpressionLength {
  double mean_s = 0;
  double sd_s = 0;
  double min_s = 0;
  double max_s = 0;
};

// Micro-expressions a minute in real data: 57 in 97 videos of 148 s (CAS(ME)^2) below 100 fps, 159
// in 147 videos of 35.5 s (SAMM Long Videos) from there on.
double RealExpressionsPerMinute(double fps);

}  // namespace mestr::internal
