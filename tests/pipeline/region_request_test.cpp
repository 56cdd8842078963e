#include "pipeline/region_request.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

const cv::Rect kRegion(10, 20, 30, 40);

TEST(RegionRequest, IsTheWholeUntilSomebodyAsks) {
  RegionRequest request;
  EXPECT_TRUE(request.Since(0).empty());
  request.Ask(3, kRegion);
  EXPECT_EQ(request.Since(0), kRegion);
  EXPECT_EQ(request.Since(3), kRegion);
}

// Frames are read ahead: what is asked for may be of frames before a break that was read since.
TEST(RegionRequest, SaysNothingOfFramesBehindABreak) {
  RegionRequest request;
  request.Ask(3, kRegion);
  EXPECT_TRUE(request.Since(4).empty());
  request.Ask(4, {});
  EXPECT_TRUE(request.Since(4).empty());
  request.Ask(5, kRegion);
  EXPECT_EQ(request.Since(4), kRegion);
}

}  // namespace
}  // namespace mestr::internal
