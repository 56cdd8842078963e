#include <algorithm>
#include <cmath>
#include <string>

#include "core/limits.h"
#include "core/number_text.h"
#include "mestr/core/error.h"
#include "synth/clip.h"
#include "synth/micro_plan.h"

namespace mestr::internal::synth {
namespace {

void CheckOrder(const char* low_field, double low, const char* high_field, double high) {
  if (low <= high) return;
  throw Error(ErrorKind::kConfig, std::string(low_field) + " is " + NumberText(low) +
                                      "; it must not be above " + high_field + " (" +
                                      NumberText(high) + ")");
}

void CheckEven(const char* field, int value) {
  if (value % 2 == 0) return;
  throw Error(ErrorKind::kConfig,
              std::string(field) + " is " + std::to_string(value) + "; it must be even");
}

void CheckLength(const ExpressionLength& length) {
  RequireInRange("length.min_s", length.min_s, Limits::Closed(0.02, 5));
  RequireInRange("length.max_s", length.max_s, Limits::Closed(0.02, 5));
  RequireInRange("length.sd_s", length.sd_s, Limits::Closed(0, 5));
  CheckOrder("length.min_s", length.min_s, "length.mean_s", length.mean_s);
  CheckOrder("length.mean_s", length.mean_s, "length.max_s", length.max_s);
}

void CheckWeights(const std::array<double, kSynthEmotionCount>& weights) {
  double sum = 0;
  for (int i = 0; i < kSynthEmotionCount; ++i) {
    const std::string field =
        std::string("class_weights.") + SynthEmotionName(static_cast<SynthEmotion>(i));
    RequireInRange(field, weights[i], Limits::Closed(0, 1e6));
    sum += weights[i];
  }
  if (sum == 0) throw Error(ErrorKind::kConfig, "class_weights is 0,0,0; one must be above 0");
}

void CheckCount(const ClipOptions& options) {
  RequireInRange("expressions", *options.expressions, Limits::Closed(0, 36'000));
  const std::int64_t most =
      MostExpressions(options.FrameCount(), options.fps, options.gap_s, options.length);
  if (*options.expressions <= most) return;
  throw Error(ErrorKind::kConfig, "expressions is " + std::to_string(*options.expressions) +
                                      "; at most " + std::to_string(most) + " fit in " +
                                      NumberText(options.seconds) + " s with gap_s " +
                                      NumberText(options.gap_s));
}

}  // namespace

std::int64_t ClipOptions::FrameCount() const {
  return std::max<std::int64_t>(2, std::llround(seconds * fps));
}

void ClipOptions::Check() const {
  RequireInRange("person", person, Limits::Closed(1, 9999));
  RequireInRange("seconds", seconds, Limits::Closed(0.1, 3600));
  RequireInRange("fps", fps, Limits::Closed(10, 1000));
  RequireInRange("width_px", width_px, Limits::Closed(160, 3840));
  RequireInRange("height_px", height_px, Limits::Closed(120, 2160));
  CheckEven("width_px", width_px);
  CheckEven("height_px", height_px);
  RequireInRange("intensity_min_px200", intensity_min_px200, Limits::Closed(0.1, 10));
  RequireInRange("intensity_max_px200", intensity_max_px200, Limits::Closed(0.1, 10));
  CheckOrder("intensity_min_px200", intensity_min_px200, "intensity_max_px200",
             intensity_max_px200);
  CheckLength(length);
  RequireInRange("expressions_per_minute", expressions_per_minute, Limits::Closed(0, 60));
  RequireInRange("gap_s", gap_s, Limits::Closed(0, 10));
  if (expressions) CheckCount(*this);
  CheckWeights(class_weights);
  if (contexts.empty()) throw Error(ErrorKind::kConfig, "contexts: one at least is needed");
  if (blinks_per_minute) {
    RequireInRange("blinks_per_minute", *blinks_per_minute, Limits::Closed(0, 60));
  }
  if (noise_gray) RequireInRange("noise_gray", *noise_gray, Limits::Closed(0, 50));
}

}  // namespace mestr::internal::synth
