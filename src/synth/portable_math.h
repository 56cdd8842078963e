// Elementary functions and random numbers that are the same bits everywhere. The C library's exp
// and sin differ between processors (with and without FMA), and the standard's distributions
// between libraries; these use +, -, *, /, sqrt and floor alone.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

namespace mestr::internal::synth {

inline constexpr double kPi = 3.14159265358979323846;

double PortableExp(double x);
// sin(2 pi turns) and cos(2 pi turns).
double SinTurns(double turns);
inline double CosTurns(double turns) { return SinTurns(turns + 0.25); }
double PortableHypot(double x, double y);
// The normal distribution's quantile for u in (0, 1), to 1e-5 within 3 sigma; not beyond 6 sigma.
double NormalQuantile(double u);

// 0 up to x = 0, 1 from x = 1 on, with zero slope at both.
inline double SmoothStep(double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x * x * (3 - 2 * x);
}

// splitmix64 (Steele, Lea, Flood 2014): one 64-bit value from another, all bits mixed.
inline std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// One seed from several, order and number included.
inline std::uint64_t MixSeed(std::initializer_list<std::uint64_t> parts) {
  std::uint64_t seed = parts.size();
  for (const std::uint64_t part : parts) seed = Mix(seed ^ Mix(part));
  return seed;
}

// The top 53 bits as a number in [0, 1).
inline double UnitFromBits(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  double Unit() { return UnitFromBits(engine_()); }  // [0, 1)
  double Uniform(double low, double high) { return low + (high - low) * Unit(); }
  double Normal() { return NormalQuantile((Unit() * 0x1p53 + 0.5) * 0x1p-53); }
  int Poisson(double mean);
  // With mean 1: half of the squares' sum of two normal numbers is one.
  double Exponential() {
    const double a = Normal();
    const double b = Normal();
    return (a * a + b * b) / 2;
  }
  double HalfOfTimes(double value) { return Unit() < 0.5 ? value : 0; }
  // 0..count-1
  int Index(int count) { return static_cast<int>(Unit() * count); }

 private:
  std::mt19937_64 engine_;  // the standard fixes its output
};

}  // namespace mestr::internal::synth
