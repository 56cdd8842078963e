// An analysis as what the class mestr.Analysis is made of.
#pragma once

#include <pybind11/pybind11.h>

#include "mestr/pipeline/analysis.h"

namespace mestr::internal {

// The fields of mestr.Analysis (mestr/analysis.py), which says what they are; `others` are the same
// dictionaries.
pybind11::dict AnalysisToDict(const Analysis& analysis);

}  // namespace mestr::internal
