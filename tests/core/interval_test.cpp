#include "mestr/core/interval.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(Interval, CountsBothEnds) { EXPECT_EQ((Interval{3, 3}.LengthFrames()), 1); }

TEST(Interval, IouCountsInclusiveFrames) {
  // 0..9 and 5..14: 5 frames shared, 15 covered.
  EXPECT_DOUBLE_EQ(IntersectionOverUnion({0, 9}, {5, 14}), 5.0 / 15.0);
  EXPECT_DOUBLE_EQ(IntersectionOverUnion({0, 9}, {0, 9}), 1.0);
}

TEST(Interval, TouchingAtOneFrameOverlapsByOne) { EXPECT_EQ(OverlapFrames({0, 5}, {5, 9}), 1); }

TEST(Interval, DisjointIntervalsDoNotOverlap) {
  EXPECT_EQ(OverlapFrames({0, 4}, {5, 9}), 0);
  EXPECT_DOUBLE_EQ(IntersectionOverUnion({0, 4}, {8, 9}), 0.0);
}

}  // namespace
}  // namespace mestr::internal
