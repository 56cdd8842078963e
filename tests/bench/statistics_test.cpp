#include "bench/statistics.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

void ExpectSpread(const Spread& spread, double first, double median, double third, std::size_t n) {
  EXPECT_DOUBLE_EQ(spread.first_quartile, first);
  EXPECT_DOUBLE_EQ(spread.median, median);
  EXPECT_DOUBLE_EQ(spread.third_quartile, third);
  EXPECT_EQ(spread.count, n);
}

TEST(Statistics, TakesTheMiddleOfAnOddCount) {
  ExpectSpread(SpreadOf({5, 1, 3, 2, 4}), 2, 3, 4, 5);
}

// Quartiles of 1, 2, 3, 4: positions 0.75, 1.5 and 2.25.
TEST(Statistics, InterpolatesBetweenTheMiddlesOfAnEvenCount) {
  ExpectSpread(SpreadOf({4, 2, 3, 1}), 1.75, 2.5, 3.25, 4);
}

TEST(Statistics, OfOneSampleIsThatSample) { ExpectSpread(SpreadOf({7}), 7, 7, 7, 1); }

TEST(Statistics, OfNoSampleIsAnError) {
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [] { SpreadOf({}); });
}

// The medians' ratio would be 20 / 3; the pairs' ratios are 1, 10 and 10.
TEST(Statistics, ComparesSampleBySample) {
  ExpectSpread(SpreadOfRatios({3, 20, 30}, {3, 2, 3}), 5.5, 10, 10, 3);
}

TEST(Statistics, ComparesOnlyPairs) {
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [] { SpreadOfRatios({1, 2}, {1}); });
  testing::ErrorMessage(ErrorKind::kInvalidArgument, [] { SpreadOfRatios({}, {}); });
}

}  // namespace
}  // namespace mestr::internal
