#include "video/input_shard.h"

#include <opencv2/imgcodecs.hpp>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

TEST(FrameCountsOf, TakesTheMeanWhereNobodyKnows) {
  const testing::TemporaryFolder folder;
  std::vector<VideoInput> videos;
  for (const int frames : {4, 8}) {
    const fs::path clip = folder.path() / std::to_string(frames);
    fs::create_directories(clip);
    for (int i = 1; i <= frames; ++i) {
      cv::imwrite((clip / (std::to_string(i) + ".png")).string(), cv::Mat(8, 8, CV_8UC3));
    }
    videos.push_back({.path = clip, .key = {}, .fps = 30});
  }
  videos.push_back({.path = folder.path() / "missing.mp4", .key = {}, .fps = {}});
  EXPECT_THAT(FrameCountsOf(videos), ElementsAre(4, 8, 6));
  EXPECT_THAT(FrameCountsOf({videos.back()}), ElementsAre(1));
}

}  // namespace
}  // namespace mestr::internal
