// Median and spread of repeated measurements.
#pragma once

#include <cstddef>
#include <vector>

namespace mestr::internal {

// Quartiles as core/quantile.h has them.
struct Spread {
  double median = 0;
  double first_quartile = 0;
  double third_quartile = 0;
  std::size_t count = 0;
};

// Throws Error{kInvalidArgument} without any sample.
Spread SpreadOf(std::vector<double> samples);

// Sample by sample: a[i] / b[i], for ratios of what was measured side by side. Throws
// Error{kInvalidArgument} when the sizes differ or are 0.
Spread SpreadOfRatios(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace mestr::internal
