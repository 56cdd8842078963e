#include <cmath>
#include <cstdio>
#include <string>

#include "mestr/core/error.h"
#include "mestr/synth/synth.h"
#include "synth/timeline.h"

namespace mestr {
namespace {

// From here on a camera is of SAMM's kind (200 fps), below of CAS(ME)^2's (30 fps).
constexpr double kFastCamera_fps = 100;

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

void CheckRange(const char* field, double value, double low, double high) {
  // Written so that NaN fails.
  if (value >= low && value <= high) return;
  throw Error(ErrorKind::kConfig, std::string(field) + " " + Number(value) + ": must be within " +
                                      Number(low) + " and " + Number(high));
}

void CheckOrder(const char* low_field, double low, const char* high_field, double high) {
  if (low <= high) return;
  throw Error(ErrorKind::kConfig, std::string(low_field) + " " + Number(low) +
                                      ": must not be above " + high_field + " " + Number(high));
}

void CheckLength(const ExpressionLength& length) {
  CheckRange("length.min_s", length.min_s, 0.02, 5);
  CheckRange("length.max_s", length.max_s, 0.02, 5);
  CheckRange("length.sd_s", length.sd_s, 0, 5);
  CheckOrder("length.min_s", length.min_s, "length.mean_s", length.mean_s);
  CheckOrder("length.mean_s", length.mean_s, "length.max_s", length.max_s);
}

void CheckWeights(const std::array<double, kSynthEmotionCount>& weights) {
  double sum = 0;
  for (int i = 0; i < kSynthEmotionCount; ++i) {
    const std::string field =
        std::string("class_weights.") + SynthEmotionName(static_cast<SynthEmotion>(i));
    CheckRange(field.c_str(), weights[i], 0, 1e6);
    sum += weights[i];
  }
  if (sum == 0) throw Error(ErrorKind::kConfig, "class_weights 0,0,0: one must be above 0");
}

void CheckCount(const SynthClipOptions& options) {
  CheckRange("expressions", *options.expressions, 0, 36'000);
  const std::int64_t most = synth::MostExpressions(options);
  if (*options.expressions <= most) return;
  throw Error(ErrorKind::kConfig, "expressions " + std::to_string(*options.expressions) +
                                      ": at most " + std::to_string(most) + " fit in " +
                                      Number(options.seconds) + " s with gap_s " +
                                      Number(options.gap_s));
}

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

ExpressionLength ExpressionLength::ForRate(double fps) {
  return fps >= kFastCamera_fps ? Samm() : Cas();
}

double RealExpressionsPerMinute(double fps) {
  return fps >= kFastCamera_fps ? 159 / (147 * 35.5 / 60) : 57 / (97 * 148.0 / 60);
}

void SynthClipOptions::Check() const {
  CheckRange("subject", subject, 1, 999);
  CheckRange("seconds", seconds, 0.1, 3600);
  CheckRange("fps", fps, 10, 1000);
  CheckRange("width_px", width_px, 160, 3840);
  CheckRange("height_px", height_px, 120, 2160);
  CheckRange("intensity_min_crop_px", intensity_min_crop_px, 0.05, 4);
  CheckRange("intensity_max_crop_px", intensity_max_crop_px, 0.05, 4);
  CheckOrder("intensity_min_crop_px", intensity_min_crop_px, "intensity_max_crop_px",
             intensity_max_crop_px);
  if (length) CheckLength(*length);
  CheckRange("expressions_per_minute", expressions_per_minute, 0, 60);
  CheckRange("gap_s", gap_s, 0, 10);
  if (expressions) CheckCount(*this);
  CheckWeights(class_weights);
  CheckRange("noise_sigma", noise_sigma, 0, 50);
  CheckRange("flicker", flicker, 0, 0.5);
  CheckRange("drift_crop_px", drift_crop_px, 0, 10);
  CheckRange("blinks_per_minute", blinks_per_minute, 0, 60);
  CheckRange("gaze_crop_px", gaze_crop_px, 0, 2);
}

}  // namespace mestr
