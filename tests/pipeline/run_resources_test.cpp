#include "pipeline/run_resources.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <list>
#include <stdexcept>
#include <thread>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using Busy = Processors::Busy;

int ProcessorsOfTheMachine() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

TEST(RunResources, HaveAProcessorAJobAndForNoneAll) {
  EXPECT_EQ(RunResources(3).processors().count(), 3);
  EXPECT_EQ(RunResources(0).processors().count(), ProcessorsOfTheMachine());
}

// One and a half a processor: one of two may wait for the disk or a device.
TEST(RunResources, LetMoreVideosBeOnTheirWayThanThereAreProcessors) {
  EXPECT_EQ(RunResources(1).most_videos(), 1U);
  EXPECT_EQ(RunResources(2).most_videos(), 3U);
  EXPECT_EQ(RunResources(3).most_videos(), 4U);
  EXPECT_EQ(RunResources(16).most_videos(), 24U);
}

TEST(RunResources, LeaveTheWholeMachineToTheSystem) {
  RunResources resources(0);
  std::list<Busy> more;  // than there are: nobody waits
  for (int i = 0; i <= ProcessorsOfTheMachine(); ++i) more.emplace_back(resources.processors());
}

void ExpectLimited(RunResources& resources) {
  std::list<Busy> all;
  for (int i = 0; i < resources.processors().count(); ++i) {
    all.emplace_back(resources.processors());
  }
  std::atomic<bool> has_one = false;
  const std::jthread one_more([&] {
    const Busy busy(resources.processors());
    has_one = true;
  });
  while (resources.processors().waiting() == 0 && !has_one) std::this_thread::yield();
  EXPECT_FALSE(has_one);
  all.clear();
}

TEST(RunResources, TakeNoMoreThanTheirPartOfTheMachine) {
  if (ProcessorsOfTheMachine() == 1) GTEST_SKIP() << "a machine of one processor has no part";
  RunResources resources(ProcessorsOfTheMachine() - 1);
  ExpectLimited(resources);
}

TEST(RunResources, AreLimitedWhereThatIsSaid) {
  RunResources resources(ProcessorsOfTheMachine() + 1, /*is_limited=*/true);
  ExpectLimited(resources);
}

TEST(RunResources, HaveRoomFor64MebibytesOfFramesAJob) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20U;
  RunResources resources(2);
  SharedRoom::Share share(resources.frames());
  EXPECT_TRUE(share.Take(100 * kMebibyte));
  EXPECT_TRUE(share.Take(28 * kMebibyte));
  std::atomic<bool> was_given_back = false;
  std::jthread waiting([&] {
    EXPECT_TRUE(share.Take(1));
    EXPECT_TRUE(was_given_back);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  was_given_back = true;
  share.GiveBack(1);
}

UnfinishedFrame Unfinished(std::int64_t index, FrameFinish finish) {
  return {.frame = {.index = index}, .finish = std::move(finish), .cost = {}};
}

TEST(FrameDecoding, MakesTheImagesThatAreLeftToIt) {
  RunResources resources(2);
  EXPECT_EQ(resources.decoding().workers(), 2U);
  FrameStage::Line line(resources.decoding(), 4);
  line.Push(Unfinished(0, [](Frame& frame) { frame.image_bgr = cv::Mat(3, 2, CV_8UC3); }));
  line.Push(Unfinished(1, nullptr));
  const auto made = line.Pop();
  EXPECT_EQ(made->frame.index, 0);
  EXPECT_EQ(made->frame.image_bgr.size(), cv::Size(2, 3));
  EXPECT_GT(made->cost.wall_s, 0);
  const auto as_it_was = line.Pop();
  EXPECT_EQ(as_it_was->frame.index, 1);
  EXPECT_TRUE(as_it_was->frame.image_bgr.empty());
  EXPECT_EQ(as_it_was->cost.wall_s, 0);
}

TEST(FrameDecoding, TellsWhyAFrameHasNoImageAndGoesOn) {
  RunResources resources(1);
  FrameStage::Line line(resources.decoding(), 4);
  line.Push(Unfinished(0, [](Frame&) { throw Error(ErrorKind::kInput, "img1.jpg: cut"); }));
  line.Push(Unfinished(1, [](Frame&) { throw std::runtime_error("library says no"); }));
  line.Push(Unfinished(2, [](Frame&) {}));
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput, [&] { line.Pop(); }), "img1.jpg: cut");
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput, [&] { line.Pop(); }),
            "reading frames failed: library says no");
  EXPECT_EQ(line.Pop()->frame.index, 2);
}

TEST(FrameDecoding, NeedsAProcessorForAnImageAlone) {
  RunResources resources(1, /*is_limited=*/true);
  FrameStage::Line line(resources.decoding(), 4);
  std::atomic<bool> is_made = false;
  {
    const Busy mine(resources.processors());
    line.Push(Unfinished(0, nullptr));
    EXPECT_EQ(line.Pop()->frame.index, 0);
    line.Push(Unfinished(1, [&](Frame&) { is_made = true; }));
    while (resources.processors().waiting() == 0 && !is_made) std::this_thread::yield();
    EXPECT_FALSE(is_made);
  }
  EXPECT_EQ(line.Pop()->frame.index, 1);
  EXPECT_TRUE(is_made);
}

}  // namespace
}  // namespace mestr::internal
