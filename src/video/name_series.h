// The series that names of one pattern form.
#pragma once

#include <vector>

#include "video/numbered_name.h"

namespace mestr::internal {

struct NameSeries {
  std::vector<NumberedName> names;    // in order
  std::vector<double> times_s;        // of each name, where they are seconds; else empty
  double time_unit_s = 0;             // what these are rounded to
  std::vector<std::size_t> counters;  // which of the names' numbers order them
};

// `names` have one pattern; at least one. Throws Error{kInput} where two numbers of the names would
// order them differently.
std::vector<NameSeries> SplitIntoSeries(const std::vector<NumberedName>& names);

}  // namespace mestr::internal
