#include "bench/statistics.h"

#include <algorithm>
#include <functional>

#include "core/quantile.h"
#include "mestr/core/error.h"

namespace mestr::internal {

Spread SpreadOf(std::vector<double> samples) {
  if (samples.empty()) throw Error(ErrorKind::kInvalidArgument, "SpreadOf: no samples");
  std::sort(samples.begin(), samples.end());
  return {.median = Quantile(samples, 0.5),
          .first_quartile = Quantile(samples, 0.25),
          .third_quartile = Quantile(samples, 0.75),
          .count = samples.size()};
}

Spread SpreadOfRatios(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) {
    throw Error(ErrorKind::kInvalidArgument, "SpreadOfRatios: the samples are no pairs");
  }
  std::vector<double> ratios(a.size());
  std::transform(a.begin(), a.end(), b.begin(), ratios.begin(), std::divides<>());
  return SpreadOf(std::move(ratios));
}

}  // namespace mestr::internal
