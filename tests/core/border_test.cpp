#include "core/border.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "support/test_support.h"

namespace mestr::internal {
namespace {

void Throwing(const std::function<void()>& call) {
  AtBorder(ErrorKind::kInput, "the library", call);
}

TEST(AtBorder, TurnsWhatALibraryThrowsIntoOneLine) {
  const auto call = [] { throw std::logic_error("\n odd size \nat line 5"); };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kInput, [&] { Throwing(call); }),
            "the library failed: odd size");
}

TEST(AtBorder, LeavesOurErrorsAlone) {
  const auto call = [] { throw Error(ErrorKind::kModel, "why"); };
  EXPECT_EQ(testing::ErrorMessage(ErrorKind::kModel, [&] { Throwing(call); }), "why");
}

TEST(AtBorder, KnowsALackOfMemoryInEveryLibrarysWords) {
  EXPECT_THROW(Throwing([] { throw std::bad_alloc(); }), std::bad_alloc);
  // OpenCV 4.6 and LibTorch 1.13.
  for (const char* words :
       {"OpenCV(4.6.0) ./modules/core/src/alloc.cpp:73: error: (-4:Insufficient memory) Failed to "
        "allocate 230400 bytes in function 'OutOfMemoryError'\n",
        "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 338688 bytes. Error code 12 (Cannot allocate memory)\n"}) {
    EXPECT_THROW(Throwing([&] { throw std::runtime_error(words); }), std::bad_alloc) << words;
  }
}

}  // namespace
}  // namespace mestr::internal
