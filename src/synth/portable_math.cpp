#include "synth/portable_math.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mestr::internal::synth {
namespace {

// The distribution function on an even grid, by Simpson's rule, from -kReach to kReach.
class NormalTable {
 public:
  static constexpr double kReach = 6.5;
  static constexpr int kSteps = 13 * 256;

  NormalTable() : cdf_(kSteps + 1) {
    const double h = 2 * kReach / kSteps;
    const auto density = [](double x) { return PortableExp(-x * x / 2) / std::sqrt(2 * kPi); };
    for (int i = 1; i <= kSteps; ++i) {
      const double x = -kReach + (i - 1) * h;
      cdf_[i] = cdf_[i - 1] + h / 6 * (density(x) + 4 * density(x + h / 2) + density(x + h));
    }
  }

  double Quantile(double u) const {
    const auto above = std::upper_bound(cdf_.begin() + 1, cdf_.end() - 1, u);
    const auto i = static_cast<int>(above - cdf_.begin());
    const double part = std::clamp((u - cdf_[i - 1]) / (cdf_[i] - cdf_[i - 1]), 0.0, 1.0);
    return -kReach + (i - 1 + part) * (2 * kReach / kSteps);
  }

 private:
  std::vector<double> cdf_;
};

}  // namespace

double PortableExp(double x) {
  if (x < -700) return 0;
  constexpr double kLn2High = 6.93147180369123816490e-01;  // 33 bits: n * kLn2High is exact
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const double n = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  double sum = 1;
  for (int k = 13; k >= 1; --k) sum = 1 + r / k * sum;  // |r| < 0.35: the next term is below 1e-17
  return std::ldexp(sum, static_cast<int>(n));
}

double SinTurns(double turns) {
  double r = turns - std::floor(turns + 0.5);  // [-1/2, 1/2)
  if (r > 0.25) r = 0.5 - r;
  if (r < -0.25) r = -0.5 - r;
  const double x = 2 * kPi * r;
  const double x2 = x * x;
  double sum = 1;
  for (int k = 21; k >= 3; k -= 2) sum = 1 - x2 / (k * (k - 1)) * sum;
  return x * sum;
}

double PortableHypot(double x, double y) { return std::sqrt(x * x + y * y); }

double NormalQuantile(double u) {
  static const NormalTable table;
  return table.Quantile(u);
}

int Random::Poisson(double mean) {
  // In parts whose exp(-part) is far from underflow; a sum of Poisson numbers is one.
  constexpr double kLargestPart = 30;
  int count = 0;
  while (mean > 0) {
    const double limit = PortableExp(-std::min(mean, kLargestPart));
    double product = Unit();
    while (product >= limit) {
      ++count;
      product *= Unit();
    }
    mean -= kLargestPart;
  }
  return count;
}

}  // namespace mestr::internal::synth
