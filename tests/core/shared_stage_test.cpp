#include "core/shared_stage.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;

using Stage = SharedStage<int, int>;

Stage::Function Doubling() {
  return [](std::size_t, std::span<int> items, std::span<Done<int>> results) {
    for (std::size_t i = 0; i < items.size(); ++i) results[i].value = 2 * items[i];
  };
}

std::vector<int> PopAll(Stage::Line& line) {
  std::vector<int> results;
  while (const auto result = line.Pop()) results.push_back(*result);
  return results;
}

TEST(SharedStage, KeepsTheOrderOfEachLineWhateverTheOthersDo) {
  for (const std::size_t batch : {1U, 5U}) {
    Stage stage(3, batch, Doubling());
    std::vector<std::jthread> videos;
    for (int video = 0; video < 4; ++video) {
      videos.emplace_back([&stage, video] {
        const int items = 100 * video;  // one of them has none
        Stage::Line line(stage, 7);
        std::jthread producer([&] {
          for (int i = 0; i < items; ++i) line.Push(1000 * video + i);
          line.Close();
        });
        std::vector<int> expected;
        for (int i = 0; i < items; ++i) expected.push_back(2 * (1000 * video + i));
        EXPECT_EQ(PopAll(line), expected);
      });
    }
  }
}

TEST(SharedStage, FillsABatchFromTheOldestLineOn) {
  std::vector<std::vector<int>> batches;
  std::atomic<bool> has_begun = false;
  std::latch all_pushed(1);
  Stage stage(1, 3, [&](std::size_t, std::span<int> items, std::span<Done<int>> results) {
    batches.emplace_back(items.begin(), items.end());
    has_begun = true;
    all_pushed.wait();
    Doubling()(0, items, results);
  });
  Stage::Line first(stage, 8);
  Stage::Line second(stage, 8);
  second.Push(0);  // alone, as nothing else waits
  while (!has_begun) std::this_thread::yield();
  for (int i = 1; i <= 2; ++i) second.Push(10 * i);
  for (int i = 1; i <= 2; ++i) first.Push(i);
  all_pushed.count_down();
  for (Stage::Line* line : {&first, &second}) line->Close();
  EXPECT_THAT(PopAll(first), ElementsAre(2, 4));
  EXPECT_THAT(PopAll(second), ElementsAre(0, 20, 40));
  EXPECT_THAT(batches, ElementsAre(ElementsAre(0), ElementsAre(1, 2, 10), ElementsAre(20)));
}

TEST(SharedStage, ThrowsAFailureWhereItsResultWouldComeAndInItsLineAlone) {
  Stage stage(2, 1, [](std::size_t, std::span<int> items, std::span<Done<int>> results) {
    if (items.front() == 1) throw std::runtime_error("odd");
    results.front().value = items.front();
  });
  Stage::Line bad(stage, 4);
  Stage::Line good(stage, 4);
  for (const int item : {0, 1, 2}) bad.Push(item);
  good.Push(4);
  EXPECT_EQ(bad.Pop(), 0);
  EXPECT_THROW(bad.Pop(), std::runtime_error);
  EXPECT_EQ(good.Pop(), 4);
}

TEST(SharedStage, ALineEndsOnceNoWorkerHasAnItemOfIt) {
  std::latch begun(1);
  std::latch may_end(1);
  const auto item = std::make_shared<int>(1);
  SharedStage<std::shared_ptr<int>, int> stage(
      1, 1, [&](std::size_t, std::span<std::shared_ptr<int>>, std::span<Done<int>>) {
        begun.count_down();
        may_end.wait();
      });
  std::jthread ending;
  {
    SharedStage<std::shared_ptr<int>, int>::Line line(stage, 2);
    line.Push(item);
    line.Push(item);
    begun.wait();
    line.Abort();
    EXPECT_EQ(line.Pop(), std::nullopt);
    ending = std::jthread([&] { may_end.count_down(); });
  }
  EXPECT_EQ(item.use_count(), 1);
}

TEST(SharedStage, WorksAgainAfterItsLastLineEnded) {
  Stage stage(2, 1, Doubling());
  for (int i = 0; i < 20; ++i) {
    Stage::Line line(stage, 1);
    line.Push(i);
    EXPECT_EQ(line.Pop(), 2 * i);
  }
}

}  // namespace
}  // namespace mestr::internal
