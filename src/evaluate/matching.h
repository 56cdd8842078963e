// Which prediction of one video hits which label.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mestr/core/interval.h"
#include "mestr/evaluate/evaluate.h"

namespace mestr::internal {

struct Match {
  std::size_t prediction = 0;  // index as given
  std::size_t label = 0;       // index as given
  double iou = 0;
  friend bool operator==(const Match&, const Match&) = default;
};

// Whether its rows are scored.
bool IsChosen(const std::string& dataset, const EvaluateOptions& options);

// False for a macro-expression, unless options.include_macro, and for a data set not chosen.
bool IsScored(const Label& label, const EvaluateOptions& options);

// The MEGC protocol. Predictions in order of onset (equal onsets: as given); each belongs to the
// label with the highest IoU (equal: the earlier onset, then as given) and hits it when that IoU is
// at least `iou` and the label is not hit yet. Gives the hits in that order; every other prediction
// is a false positive, every label without a hit a false negative.
std::vector<Match> MatchIntervals(std::span<const Interval> predictions,
                                  std::span<const Interval> labels, double iou);

// The matching of the average precision, as detection challenges do it: predictions from the
// highest score down (equal scores: earlier onset, then as given), each hits the label with the
// highest IoU among those not hit yet, when that IoU reaches the threshold. Gives for each
// prediction, as given, a bit for every threshold it is a hit at.
std::vector<std::uint16_t> MatchByScore(std::span<const Interval> predictions,
                                        std::span<const double> scores,
                                        std::span<const Interval> labels);

}  // namespace mestr::internal
