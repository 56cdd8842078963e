#include "core/shard.h"

#include "support/test_support.h"

namespace mestr::internal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ParseShard, TakesIOfN) {
  const Shard shard = ParseShard("2/8");
  EXPECT_EQ(shard.index, 2);
  EXPECT_EQ(shard.count, 8);
  for (const char* bad : {"", "2", "/", "0/2", "3/2", "-1/2", "1/0", "1/2/3", " 1/2", "1/2 ", "a/b",
                          "1/1000000", "1.5/2"}) {
    EXPECT_THAT(testing::ErrorMessage(ErrorKind::kConfig, [&] { ParseShard(bad); }),
                AllOf(HasSubstr("--shard"), HasSubstr("I/N")))
        << bad;
  }
}

TEST(RangeOf, GivesEachVideoToOneShardInOrder) {
  const std::vector<std::int64_t> frames = {5, 100, 1, 7, 7, 30, 200, 1, 1, 4};
  for (int count = 1; count <= 15; ++count) {
    std::size_t next = 0;
    for (int index = 1; index <= count; ++index) {
      const ShardRange range = RangeOf({index, count}, frames);
      EXPECT_EQ(range.first, next);
      EXPECT_LE(range.first, range.end);
      next = range.end;
    }
    EXPECT_EQ(next, frames.size());
  }
}

TEST(RangeOf, BalancesFramesNotVideos) {
  const std::vector<std::int64_t> frames = {300, 100, 100, 100};
  const ShardRange first = RangeOf({1, 2}, frames);
  EXPECT_EQ(first.end, 1U);
  EXPECT_EQ(RangeOf({2, 2}, frames).end, 4U);
}

TEST(RangeOf, NothingIsEmpty) {
  const ShardRange range = RangeOf({1, 2}, std::vector<std::int64_t>());
  EXPECT_EQ(range.first, 0U);
  EXPECT_EQ(range.end, 0U);
}

}  // namespace
}  // namespace mestr::internal
