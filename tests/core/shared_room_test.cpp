#include "core/shared_room.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace mestr::internal {
namespace {

TEST(SharedRoom, HoldsBackWhoHasSomethingUntilThereIsRoom) {
  SharedRoom room(10);
  SharedRoom::Share one(room);
  SharedRoom::Share other(room);
  EXPECT_TRUE(one.Take(6));
  EXPECT_TRUE(other.Take(4));
  std::atomic<bool> has_more = false;
  std::jthread waiting([&] {
    EXPECT_TRUE(one.Take(3));
    has_more = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(has_more);
  other.GiveBack(4);
}

TEST(SharedRoom, LetsEachHaveOnePieceHoweverLargeAndHoweverFullItIs) {
  SharedRoom room(10);
  SharedRoom::Share one(room);
  SharedRoom::Share other(room);
  EXPECT_TRUE(one.Take(100));
  EXPECT_TRUE(other.Take(100));
}

TEST(SharedRoom, TakesBackWhatAShareStillHasAtItsEnd) {
  SharedRoom room(10);
  { EXPECT_TRUE(SharedRoom::Share(room).Take(10)); }
  SharedRoom::Share other(room);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(other.Take(1));
}

TEST(SharedRoom, AnAbortFreesWhoWaits) {
  SharedRoom room(1);
  SharedRoom::Share share(room);
  EXPECT_TRUE(share.Take(1));
  std::jthread waiting([&] { EXPECT_FALSE(share.Take(1)); });
  share.Abort();
  waiting.join();
  EXPECT_FALSE(share.Take(1));
}

}  // namespace
}  // namespace mestr::internal
