#include "synth/portable_math.h"

#include <bit>
#include <cmath>
#include <map>

#include "support/test_support.h"

namespace mestr::internal::synth {
namespace {

TEST(PortableMath, AgreesWithTheCLibrary) {
  for (int i = 0; i < 120; ++i) {
    const double x = -40 + 0.37 * i;
    EXPECT_NEAR(PortableExp(x) / std::exp(x), 1, 1e-15) << x;
  }
  for (int i = -230; i < 230; ++i) {
    const double turns = 0.013 * i;
    EXPECT_NEAR(SinTurns(turns), std::sin(2 * kPi * turns), 5e-15) << turns;
    EXPECT_NEAR(CosTurns(turns), std::cos(2 * kPi * turns), 5e-15) << turns;
  }
}

TEST(PortableMath, GivesTheSameBitsEverywhere) {
  EXPECT_EQ(std::bit_cast<std::uint64_t>(PortableExp(-1.25)), 4598832831503423567u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(SinTurns(0.1)), 4603469518431672926u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(NormalQuantile(0.9)), 4608450417468634556u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(Random(42).Normal()), 4604397431957448824u);
  EXPECT_EQ(MixSeed({1, 2, 3}), 14986807719678709643u);
}

TEST(PortableMath, NormalQuantileMatchesPublishedValues) {
  EXPECT_NEAR(NormalQuantile(0.5), 0, 1e-6);
  EXPECT_NEAR(NormalQuantile(0.841344746), 1, 1e-5);
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963985, 1e-5);
  EXPECT_NEAR(NormalQuantile(0.001), -3.090232306, 2e-5);
}

TEST(PortableMath, SeedsDependOnOrderAndNumberOfTheirParts) {
  EXPECT_NE(MixSeed({1, 2}), MixSeed({2, 1}));
  EXPECT_NE(MixSeed({1}), MixSeed({1, 0}));
}

TEST(Random, PoissonHasItsMeanAndVariance) {
  for (const double mean : {0.4, 3.0, 75.0}) {
    Random random(7);
    constexpr int kDraws = 4000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double count = random.Poisson(mean);
      sum += count;
      squares += count * count;
    }
    const double found = sum / kDraws;
    EXPECT_NEAR(found, mean, 5 * std::sqrt(mean / kDraws));
    EXPECT_NEAR((squares / kDraws - found * found) / mean, 1, 0.12);
  }
}

}  // namespace
}  // namespace mestr::internal::synth
