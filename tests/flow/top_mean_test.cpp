#include "flow/top_mean.h"

#include <gtest/gtest.h>

#include <vector>

namespace mestr::internal {
namespace {

cv::Point2d MeanOf(const std::vector<float>& u, const std::vector<float>& v, double share) {
  std::vector<float> lengths;
  const auto width = static_cast<int>(u.size());
  return TopMean({u.data(), width, 1, width}, {v.data(), width, 1, width}, {0, 0, width, 1}, share,
                 lengths);
}

TEST(TopMean, IsTheMeanOfTheLongestVectors) {
  EXPECT_EQ(MeanOf({1, -4, 3, 0, 2}, {0, 0, 0, 1, 0}, 0.4), cv::Point2d(-0.5, 0));
}

TEST(TopMean, LeavesOutTheWholePartOfWhatIsBelowTheShare) {
  // 3 x 0.7 = 2.1 are left out.
  EXPECT_EQ(MeanOf({1, 2, 3}, {0, 0, 0}, 0.3), cv::Point2d(3, 0));
  EXPECT_EQ(MeanOf({5}, {7}, 0.2), cv::Point2d(5, 7));
}

TEST(TopMean, TakesTheLastOfVectorsOfEqualLength) {
  EXPECT_EQ(MeanOf({1, 0, -1, 0}, {0, 1, 0, -1}, 0.5), cv::Point2d(-0.5, -0.5));
}

TEST(TopMean, OfARegionWithoutPixelsIsZero) {
  std::vector<float> lengths;
  EXPECT_EQ(TopMean({}, {}, {}, 0.3, lengths), cv::Point2d(0, 0));
}

}  // namespace
}  // namespace mestr::internal
