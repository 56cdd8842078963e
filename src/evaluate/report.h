// An Evaluation as text, JSON and CSV. Numbers that do not exist are "n/a", null and empty.
#pragma once

#include <string>
#include <vector>

#include "evaluate/published.h"
#include "mestr/evaluate/evaluate.h"

namespace mestr::internal {

// Aligned tables for a terminal, four decimals. `compare` may be empty.
std::string EvaluationText(const Evaluation& evaluation,
                           const std::vector<PublishedResult>& compare);

// What was scored, as the JSON names it.
struct EvaluationInputs {
  std::vector<std::string> predictions;
  std::string truth;
};

// Everything, with the options in force and the version that made it.
std::string EvaluationJson(const Evaluation& evaluation, const EvaluationInputs& inputs);

// One row a scope.
std::string EvaluationCsv(const Evaluation& evaluation);

}  // namespace mestr::internal
