#include "core/processors.h"

#include <gmock/gmock.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace mestr::internal {
namespace {

using Busy = Processors::Busy;

TEST(Processors, AreNeverMoreThanThereAre) {
  constexpr int kCount = 3;
  Processors processors(kCount);
  std::atomic<int> busy = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int turn = 0; turn < 200; ++turn) {
          const Busy one(processors);
          const int now = ++busy;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
          std::this_thread::yield();
          --busy;
        }
      });
    }
  }
  EXPECT_LE(most, kCount);
  EXPECT_GE(most, 1);
}

TEST(Processors, GoToWhoWaitsBeforeWhoComesLater) {
  Processors processors(1);
  std::optional<Busy> mine(std::in_place, processors);
  std::atomic<bool> served = false;
  std::jthread waiting([&] {
    const Busy one(processors);
    served = true;
  });
  while (processors.waiting() == 0) std::this_thread::yield();
  mine.reset();
  mine.emplace(processors);
  EXPECT_TRUE(served);
}

TEST(Processors, KnowHowLongTheyHadNothingToDo) {
  Processors processors(2);
  const double before_s = processors.idle_s();
  {
    const Busy one(processors);
    const Busy other(processors);
    const double then_s = processors.idle_s();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_DOUBLE_EQ(processors.idle_s(), then_s);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_GE(processors.idle_s() - before_s, 0.04);
}

}  // namespace
}  // namespace mestr::internal
