#include "core/shard.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <system_error>

#include "core/text.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace {

std::optional<int> NumberOf(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Shard ParseShard(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const std::string_view parts = text;
    const auto index = NumberOf(parts.substr(0, slash));
    const auto count = NumberOf(parts.substr(slash + 1));
    if (index && count && *index >= 1 && *index <= *count && *count <= kMostShards) {
      return {*index, *count};
    }
  }
  throw Error(ErrorKind::kConfig, "--shard: " + Quoted(text) +
                                      " is not I/N, 1/N for the first and N/N for the last of N "
                                      "shards, N at most " +
                                      std::to_string(kMostShards));
}

// A video belongs to the shard in whose part of all frames its middle lies.
ShardRange RangeOf(const Shard& shard, const std::vector<std::int64_t>& frames) {
  const auto total = static_cast<double>(std::accumulate(frames.begin(), frames.end(), 0LL));
  ShardRange range;
  double before = 0;
  for (const std::int64_t count : frames) {
    const double middle = before + static_cast<double>(count) / 2;
    const double place = std::min(middle / total * shard.count, shard.count - 0.5);
    if (place < shard.index - 1) ++range.first;
    if (place < shard.index) ++range.end;
    before += static_cast<double>(count);
  }
  return range;
}

}  // namespace mestr::internal
