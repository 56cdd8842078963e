#include "core/quantile.h"

#include <gtest/gtest.h>

#include <vector>

namespace mestr::internal {
namespace {

TEST(Quantile, InterpolatesBetweenNeighbours) {
  const std::vector<double> values = {0, 10, 20, 30, 40};
  EXPECT_DOUBLE_EQ(Quantile(values, 0), 0);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.5), 20);
  EXPECT_DOUBLE_EQ(Quantile(values, 0.9), 36);
  EXPECT_DOUBLE_EQ(Quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(Quantile(std::vector<double>{7}, 0.3), 7);
}

TEST(Quantile, OfValuesInAnyOrderIsThatOfTheSorted) {
  EXPECT_DOUBLE_EQ(QuantileOf({40, 0, 30, 10, 20}, 0.9), 36);
  EXPECT_DOUBLE_EQ(QuantileOf({7}, 0.3), 7);
}

}  // namespace
}  // namespace mestr::internal
