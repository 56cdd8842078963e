#include "core/hash.h"

#include <gtest/gtest.h>

namespace mestr::internal {
namespace {

TEST(HashText, IsTheOneOfItsAuthors) {
  // http://www.isthe.com/chongo/tech/comp/fnv, the test vectors of 64 bits.
  EXPECT_EQ(HashText(""), "cbf29ce484222325");
  EXPECT_EQ(HashText("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(HashText("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace mestr::internal
