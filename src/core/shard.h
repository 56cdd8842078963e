// One of several parts of a command's inputs, for several machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mestr::internal {

inline constexpr int kMostShards = 100'000;

struct Shard {
  int index = 1;  // 1..count
  int count = 1;
};

// "2/8". Throws Error{kConfig} for anything else.
Shard ParseShard(const std::string& text);

struct ShardRange {
  std::size_t first = 0;
  std::size_t end = 0;  // one past the last
};

// What of a list the shard has.
template <typename T>
std::vector<T> PartOf(const std::vector<T>& all, const ShardRange& range) {
  const auto at = [&](std::size_t index) {
    return all.begin() + static_cast<std::ptrdiff_t>(index);
  };
  return {at(range.first), at(range.end)};
}

// Of videos with so many frames: what follows each other, so that the shards together have each
// video once and about as many frames each. Empty where there are too few.
ShardRange RangeOf(const Shard& shard, const std::vector<std::int64_t>& frames);

}  // namespace mestr::internal
