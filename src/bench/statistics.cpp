#include "mestr/bench/statistics.h"

#include <algorithm>
#include <cmath>

#include "mestr/core/error.h"

namespace mestr {
namespace {

double Quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace

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

}  // namespace mestr
