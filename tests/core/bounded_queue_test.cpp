#include "core/bounded_queue.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>

namespace mestr::internal {
namespace {

TEST(BoundedQueue, GivesItemsInOrderAndEndsAfterTheLast) {
  BoundedQueue<int> queue(4);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.Push(i));
  queue.Close();
  EXPECT_EQ(queue.Pop(), 0);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), 2);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueue, TakesNothingOnceClosed) {
  BoundedQueue<int> queue(4);
  queue.Close();
  EXPECT_FALSE(queue.Push(1));
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueue, HoldsAPusherBackWhenFull) {
  BoundedQueue<int> queue(2);
  std::atomic<int> pushed = 0;
  std::jthread producer([&] {
    for (int i = 0; i < 100; ++i) {
      queue.Push(i);
      ++pushed;
    }
    queue.Close();
  });
  for (int taken = 0; auto item = queue.Pop(); ++taken) {
    EXPECT_EQ(*item, taken);
    // Two inside the queue, and one that was taken by Push and not yet counted.
    EXPECT_LE(pushed, taken + 1 + 2 + 1);
  }
  EXPECT_EQ(pushed, 100);
}

TEST(BoundedQueue, AbortFreesWaitersOnBothSides) {
  BoundedQueue<int> full(1);
  BoundedQueue<int> empty(1);
  full.Push(0);
  std::atomic<int> freed = 0;
  {
    std::jthread producer([&] { freed += full.Push(1) ? 0 : 1; });
    std::jthread consumer([&] { freed += empty.Pop() ? 0 : 1; });
    full.Abort();
    empty.Abort();
  }
  EXPECT_EQ(freed, 2);
  EXPECT_EQ(full.Pop(), std::nullopt);
}

TEST(BoundedQueue, LosesNothingBetweenManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kItems = 2000;
  BoundedQueue<int> queue(8);
  std::atomic<long> sum = 0;
  {
    std::vector<std::jthread> consumers;
    for (int t = 0; t < kThreads; ++t) {
      consumers.emplace_back([&] {
        while (const auto item = queue.Pop()) sum += *item;
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int t = 0; t < kThreads; ++t) {
        producers.emplace_back([&] {
          for (int i = 1; i <= kItems; ++i) queue.Push(i);
        });
      }
    }
    queue.Close();
  }
  EXPECT_EQ(sum, kThreads * (kItems * (kItems + 1L) / 2));
}

TEST(BoundedQueue, MovesItemsThatCannotBeCopied) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  queue.Push(std::make_unique<int>(7));
  EXPECT_EQ(**queue.Pop(), 7);
}

}  // namespace
}  // namespace mestr::internal
