#include "core/ordered_stage.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <random>
#include <thread>

#include "core/int_stage.h"

namespace mestr::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> DoublesBelow(int end) {
  std::vector<int> doubles;
  doubles.reserve(static_cast<std::size_t>(end));
  for (int i = 0; i < end; ++i) doubles.push_back(2 * i);
  return doubles;
}

// Pushes 0, 1, 2, ... below `end`, then closes.
void PushInts(IntStage& stage, int end) {
  for (int i = 0; i < end; ++i) {
    if (!stage.Push(i)) return;
  }
  stage.Close();
}

std::vector<int> PopAll(IntStage& stage) {
  std::vector<int> results;
  while (const auto result = stage.Pop()) results.push_back(*result);
  return results;
}

// `count` threads that run body(0), body(1), ...
template <typename Body>
std::vector<std::jthread> Threads(unsigned count, Body body) {
  std::vector<std::jthread> threads;
  threads.reserve(count);
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(body, i);
  return threads;
}

// Work that takes a random time now and then.
auto DoubleAtRandomSpeed(unsigned seed) {
  return [random = std::minstd_rand(seed + 1)](std::span<const int> items,
                                               std::span<int> results) mutable {
    if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
    Double(items, results);
  };
}

TEST(OrderedStage, KeepsTheOrderWithWorkersOfRandomSpeed) {
  constexpr int kItems = 3000;
  for (const std::size_t batch : {1u, 3u}) {
    IntStage stage(16);
    auto threads = Threads(4, [&](unsigned i) { stage.Work(batch, DoubleAtRandomSpeed(i)); });
    threads.emplace_back([&] { PushInts(stage, kItems); });
    EXPECT_EQ(PopAll(stage), DoublesBelow(kItems)) << "batch " << batch;
  }
}

TEST(OrderedStage, HoldsResultsBackUntilTheOldestIsDone) {
  IntStage stage(3);
  std::latch later_done(2);
  const auto workers = Threads(2, [&](unsigned) {
    stage.Work(1, [&](std::span<const int> items, std::span<int> results) {
      if (items.front() == 0) later_done.wait();
      Double(items, results);
      if (items.front() != 0) later_done.count_down();
    });
  });
  PushInts(stage, 3);
  EXPECT_THAT(PopAll(stage), ElementsAre(0, 2, 4));
}

TEST(OrderedStage, NeverHoldsMoreThanItsCapacity) {
  constexpr int kCapacity = 5;
  constexpr int kItems = 1000;
  IntStage stage(kCapacity);
  std::atomic<int> pushed = 0;
  auto threads = Threads(3, [&](unsigned i) { stage.Work(2, DoubleAtRandomSpeed(i)); });
  threads.emplace_back([&] {
    for (; pushed < kItems && stage.Push(pushed); ++pushed) continue;
    stage.Close();
  });
  int popped = 0;
  do {
    EXPECT_LE(pushed, popped + kCapacity);
  } while (stage.Pop() && ++popped);
  EXPECT_EQ(popped, kItems);
}

TEST(OrderedStage, ALateItemHoldsBackNewOnes) {
  constexpr int kCapacity = 4;
  IntStage stage(kCapacity);
  std::latch others_done(kCapacity - 1);
  std::atomic<int> others = 0;
  auto threads = Threads(2, [&](unsigned) {
    stage.Work(1, [&](std::span<const int> items, std::span<int> results) {
      if (items.front() == 0) {
        others_done.wait();
        EXPECT_EQ(others, kCapacity - 1);
      } else if (++others < kCapacity) {
        others_done.count_down();
      }
      Double(items, results);
    });
  });
  threads.emplace_back([&] { PushInts(stage, 20); });
  others_done.wait();
  EXPECT_EQ(PopAll(stage), DoublesBelow(20));
}

TEST(OrderedStage, AWorkerTakesWhatWaitsUpToItsBatch) {
  IntStage stage(8);
  PushInts(stage, 8);
  std::vector<std::size_t> batches;
  stage.Work(3, [&](std::span<const int> items, std::span<int> results) {
    batches.push_back(items.size());
    EXPECT_EQ(results.size(), items.size());
    Double(items, results);
  });
  EXPECT_THAT(batches, ElementsAre(3, 3, 2));
  EXPECT_EQ(PopAll(stage), DoublesBelow(8));
}

TEST(OrderedStage, BatchesStayWithinTheirLimitWithManyWorkers) {
  static constexpr std::size_t kBatch = 4;
  IntStage stage(3 * kBatch);
  auto threads = Threads(3, [&](unsigned i) {
    stage.Work(kBatch, [work = DoubleAtRandomSpeed(i)](std::span<const int> items,
                                                       std::span<int> results) mutable {
      EXPECT_FALSE(items.empty());
      EXPECT_LE(items.size(), kBatch);
      work(items, results);
    });
  });
  threads.emplace_back([&] { PushInts(stage, 1000); });
  EXPECT_EQ(PopAll(stage), DoublesBelow(1000));
}

TEST(OrderedStage, AWorkerDoesNotWaitForAFullBatch) {
  IntStage stage(8);
  std::jthread worker([&] { stage.Work(8, Double); });
  for (int i = 0; i < 10; ++i) {
    stage.Push(i);
    EXPECT_EQ(stage.Pop(), 2 * i);
  }
  stage.Close();
  EXPECT_EQ(stage.Pop(), std::nullopt);
}

TEST(OrderedStage, EndsWhenClosedWithNothingPushed) {
  IntStage stage(1);
  std::jthread worker([&] {
    stage.Work(1, [](std::span<const int>, std::span<int>) { ADD_FAILURE() << "no item came"; });
  });
  std::jthread producer([&] { stage.Close(); });
  EXPECT_EQ(stage.Pop(), std::nullopt);
}

TEST(OrderedStage, TakesNothingOnceClosed) {
  IntStage stage(2);
  EXPECT_TRUE(stage.Push(1));
  stage.Close();
  EXPECT_FALSE(stage.Push(2));
  stage.Work(1, Double);
  EXPECT_THAT(PopAll(stage), ElementsAre(2));
}

TEST(OrderedStage, AbortDropsWhatIsInside) {
  const auto item = std::make_shared<int>(0);
  OrderedStage<std::shared_ptr<int>, std::shared_ptr<int>> stage(4);
  for (int i = 0; i < 3; ++i) stage.Push(item);
  stage.Abort();
  EXPECT_EQ(item.use_count(), 1);
  EXPECT_FALSE(stage.Push(item));
  EXPECT_EQ(stage.Pop(), std::nullopt);
}

TEST(OrderedStage, AbortFreesWaitersOnAllSides) {
  IntStage full(1);
  IntStage empty(1);
  full.Push(0);
  {
    std::jthread producer([&] { EXPECT_FALSE(full.Push(1)); });
    std::jthread worker([&] { empty.Work(1, Double); });
    std::jthread consumer([&] { EXPECT_EQ(empty.Pop(), std::nullopt); });
    full.Abort();
    empty.Abort();
  }
}

TEST(OrderedStage, DropsResultsThatComeAfterAnAbort) {
  IntStage stage(4);
  PushInts(stage, 4);
  stage.Work(2, [&](std::span<const int> items, std::span<int> results) {
    EXPECT_THAT(items, ElementsAre(0, 1));
    stage.Abort();
    Double(items, results);
  });
  EXPECT_THAT(PopAll(stage), IsEmpty());
}

TEST(OrderedStage, MovesItemsThatCannotBeCopied) {
  OrderedStage<std::unique_ptr<int>, std::unique_ptr<int>> stage(4);
  for (int i = 0; i < 4; ++i) stage.Push(std::make_unique<int>(i));
  stage.Close();
  stage.Work(3, [](std::span<std::unique_ptr<int>> items, std::span<std::unique_ptr<int>> results) {
    std::move(items.begin(), items.end(), results.begin());
  });
  for (int i = 0; i < 4; ++i) EXPECT_EQ(**stage.Pop(), i);
  EXPECT_EQ(stage.Pop(), std::nullopt);
}

TEST(OrderedStage, AWorkerThatWaitsHoldsNoItem) {
  using Stage = OrderedStage<std::shared_ptr<int>, int>;
  const auto item = std::make_shared<int>(7);
  Stage stage(1);
  std::jthread worker([&] {
    stage.Work(1, [](std::span<std::shared_ptr<int>> items, std::span<int> results) {
      results.front() = *items.front();
    });
  });
  stage.Push(item);
  EXPECT_EQ(stage.Pop(), 7);
  EXPECT_EQ(item.use_count(), 1);
  stage.Close();
}

}  // namespace
}  // namespace mestr::internal
