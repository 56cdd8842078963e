// How a model makes evidence of what is known of an interval.
#pragma once

namespace mestr {

// A logistic model, fitted on clips that the network has not seen: the probability that an interval
// is a micro-expression. As it stands here it gives back the score.
struct EvidenceWeights {
  double bias = 0;
  double score = 1;   // of the score's logit
  double motion = 0;  // of log2(motion_to_noise), at most 4 (spot/evidence.h, as all below)
  double head = 0;    // of log2(1 + head_px_s / 30)
  double mouth = 0;   // of log2(1 + mouth_px_s / 30)
  double blink = 0;   // where there is one

  friend bool operator==(const EvidenceWeights&, const EvidenceWeights&) = default;
};

}  // namespace mestr
