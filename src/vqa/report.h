// A VqaEvaluation as text, JSON and CSV.
#pragma once

#include <string>
#include <vector>

#include "vqa/scores.h"

namespace mestr::internal {

// Aligned tables for a terminal, four decimals; the tables of a task without a question are left
// out.
std::string VqaText(const VqaEvaluation& evaluation);

// What was scored, as the JSON names it.
struct VqaInputs {
  std::vector<std::string> answers;
  std::vector<std::string> references;
};

// Everything, with the version that made it.
std::string VqaJson(const VqaEvaluation& evaluation, const VqaInputs& inputs);

// One row a number: scope,dataset,task,score,value.
std::string VqaCsv(const VqaEvaluation& evaluation);

}  // namespace mestr::internal
