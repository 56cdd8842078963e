// The one definition of a quantile.
#pragma once

#include <span>
#include <vector>

namespace mestr::internal {

// The q-quantile, q in [0, 1], interpolated linearly between the two nearest values (numpy's
// default, R's type 7). `sorted` is ascending and not empty.
double Quantile(std::span<const double> sorted, double q);

// The same of values in any order.
double QuantileOf(std::vector<double> values, double q);

}  // namespace mestr::internal
