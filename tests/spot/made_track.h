// Tracks as networks of windows give them.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "mestr/core/score_track.h"

namespace mestr::testing {

// `logits` is scores x classes, row-major; all indices are valid.
inline ScoreTrack TrackOfLogits(std::span<const float> scores, std::span<const float> logits,
                                int classes, std::int64_t frame_step = 1) {
  ScoreTrack track;
  track.frame_step = frame_step;
  track.frames = static_cast<std::int64_t>(scores.size()) * frame_step;
  track.classes = classes;
  track.spot.assign(scores.begin(), scores.end());
  track.logits.assign(logits.begin(), logits.end());
  track.probabilities.resize(logits.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    float sum = 0;
    const auto at = [&](int c) { return i * static_cast<std::size_t>(classes) + c; };
    for (int c = 0; c < classes; ++c) sum += std::exp(logits[at(c)] - logits[at(0)]);
    for (int c = 0; c < classes; ++c) {
      track.probabilities[at(c)] = std::exp(logits[at(c)] - logits[at(0)]) / sum;
    }
  }
  track.valid.assign(scores.size(), 1);
  return track;
}

// Every index says its class with a logit of 10 against 0.
inline ScoreTrack TrackOfClasses(std::span<const float> scores, std::span<const int> says,
                                 int classes, std::int64_t frame_step = 1) {
  std::vector<float> logits(scores.size() * static_cast<std::size_t>(classes), 0);
  for (std::size_t i = 0; i < scores.size(); ++i) logits[i * classes + says[i]] = 10;
  return TrackOfLogits(scores, logits, classes, frame_step);
}

}  // namespace mestr::testing
