// Published results to stand beside one's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mestr/evaluate/scores.h"

namespace mestr::internal {

// As printed; what is not printed is empty, never computed.
struct PublishedScore {
  std::optional<SpottingCounts> spotting;
  std::optional<double> spotting_precision;
  std::optional<double> spotting_recall;
  std::optional<double> spotting_f1;
  std::optional<double> recognition_f1;
  std::optional<double> strs;
};

struct PublishedResult {
  std::string method;
  std::string dataset;  // empty: overall
  PublishedScore score;
};

// MEGC2025 ME-STR, unseen test set: the baseline's Table 1 and the challenge's results.
std::vector<PublishedResult> Megc2025Results();

}  // namespace mestr::internal
