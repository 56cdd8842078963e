#include "mestr/spot/evidence.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/quantile.h"
#include "mestr/core/error.h"

namespace mestr {
using namespace internal;
namespace {

constexpr double kQuietest = 0.1;
// Of the openness that is usual in the stretch; a half blink closes as much.
constexpr double kShut = 0.62;
constexpr double kMostMotionLog = 4;
// Speeds below it hardly count.
constexpr double kSlow_px_s = 30;
constexpr double kHeadMoves_px_s = 60;
constexpr double kMouthSpeaks_px_s = 40;

std::span<const float> Part(std::span<const float> values, const Interval& frames) {
  if (values.empty()) return values;
  if (frames.onset < 0 || static_cast<std::size_t>(frames.offset) >= values.size()) {
    throw Error(ErrorKind::kInvalidArgument, "EvidenceOf: frames outside of the signals");
  }
  return values.subspan(frames.onset, frames.offset - frames.onset + 1);
}

double MeanOf(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double MeanChange(std::span<const float> values) {
  double sum = 0;
  for (std::size_t i = 1; i < values.size(); ++i) sum += std::abs(values[i] - values[i - 1]);
  return values.size() < 2 ? 0 : sum / static_cast<double>(values.size() - 1);
}

bool HasBlink(std::span<const float> openness, std::span<const float> of_stretch) {
  if (openness.empty()) return false;
  const double usual = QuantileOf({of_stretch.begin(), of_stretch.end()}, 0.5);
  return *std::min_element(openness.begin(), openness.end()) < kShut * usual;
}

double Logit(double probability) {
  constexpr double kLeast = 1e-6;
  const double p = std::clamp(probability, kLeast, 1 - kLeast);
  return std::log(p / (1 - p));
}

double ValueOf(const Evidence& evidence, double score, const EvidenceWeights& weights) {
  const double motion =
      std::min(kMostMotionLog, std::log2(std::max(evidence.motion_to_noise, 1.0)));
  const double sum = weights.bias + weights.score * Logit(score) + weights.motion * motion +
                     weights.head * std::log2(1 + evidence.head_px_s / kSlow_px_s) +
                     weights.mouth * std::log2(1 + evidence.mouth_px_s / kSlow_px_s) +
                     (evidence.blink ? weights.blink : 0);
  return 1 / (1 + std::exp(-sum));
}

}  // namespace

std::string ContextText(const Evidence& evidence) {
  std::string text;
  const auto add = [&](bool holds, const char* name) {
    if (holds) text += (text.empty() ? "" : "+") + std::string(name);
  };
  add(evidence.blink, "blink");
  add(evidence.head_px_s >= kHeadMoves_px_s, "head");
  add(evidence.mouth_px_s >= kMouthSpeaks_px_s, "speech");
  return text.empty() ? "calm" : text;
}

double MotionNoise_px(std::span<const float> motion_px) {
  return motion_px.empty() ? 0 : QuantileOf({motion_px.begin(), motion_px.end()}, kQuietest);
}

Evidence EvidenceOf(const Interval& interval, double score, const EvidenceStretch& stretch,
                    const FaceSignals& signals, const EvidenceWeights& weights) {
  Evidence evidence;
  const std::span<const float> motion = Part(signals.motion_px, interval);
  if (!motion.empty()) evidence.motion_px = *std::max_element(motion.begin(), motion.end());
  constexpr double kLeastNoise_px = 0.01;  // of a picture that stands still
  evidence.motion_to_noise = evidence.motion_px / std::max(stretch.noise_px, kLeastNoise_px);
  evidence.head_px_s = stretch.fps * MeanOf(Part(signals.head_motion_px, interval));
  evidence.mouth_px_s = stretch.fps * MeanChange(Part(signals.mouth_opening_px, interval));
  evidence.blink =
      HasBlink(Part(signals.eye_openness, interval), Part(signals.eye_openness, stretch.frames));
  evidence.value = ValueOf(evidence, score, weights);
  return evidence;
}

}  // namespace mestr
