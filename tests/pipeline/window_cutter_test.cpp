#include "pipeline/window_cutter.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// First used frames of the windows of a stretch of frames [begin, end); each window's frames are
// checked by their only pixel, which is their number.
std::vector<std::int64_t> FirstsOf(WindowCutter& cutter, int begin, int end) {
  std::vector<std::int64_t> firsts;
  const auto sink = [&](const Window& window) {
    firsts.push_back(window.first);
    EXPECT_EQ(window.frames.size(), 6U);
    for (std::size_t t = 0; t < window.frames.size(); ++t) {
      EXPECT_EQ(window.frames[t].at<std::uint8_t>(0, 0), window.first + static_cast<int>(t));
    }
  };
  for (int i = begin; i < end; ++i) cutter.Push(i, cv::Mat(1, 1, CV_8UC1, cv::Scalar(i)), sink);
  const UsedStretch stretch = cutter.Break(sink);
  EXPECT_EQ(stretch.begin, begin);
  EXPECT_EQ(stretch.end, end);
  EXPECT_EQ(stretch.windows, std::ssize(firsts));
  return firsts;
}

constexpr WindowLayout kLayout = {.window_frames = 6, .hop_frames = 3, .frame_step = 1};

TEST(WindowCutter, TheLastWindowEndsAtTheLastFrame) {
  WindowCutter cutter(kLayout, /*keeps_end=*/true);
  EXPECT_THAT(FirstsOf(cutter, 0, 6), ElementsAre(0));
  EXPECT_THAT(FirstsOf(cutter, 0, 9), ElementsAre(0, 3));
  EXPECT_THAT(FirstsOf(cutter, 0, 11), ElementsAre(0, 3, 5));
}

TEST(WindowCutter, PublishedLosesTheLastFrames) {
  WindowCutter cutter(kLayout, /*keeps_end=*/false);
  EXPECT_THAT(FirstsOf(cutter, 0, 11), ElementsAre(0, 3));
}

TEST(WindowCutter, NoWindowGoesAcrossABreak) {
  WindowCutter cutter(kLayout, /*keeps_end=*/true);
  EXPECT_THAT(FirstsOf(cutter, 2, 10), ElementsAre(2, 4));
  EXPECT_THAT(FirstsOf(cutter, 10, 15), IsEmpty());
  EXPECT_THAT(FirstsOf(cutter, 15, 21), ElementsAre(15));
}

}  // namespace
}  // namespace mestr::internal
