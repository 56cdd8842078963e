#include "flow/top_mean.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "flow/highway_targets.inc"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "flow/top_mean.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

#ifndef MESTR_FLOW_TOP_MEAN_ONCE
#define MESTR_FLOW_TOP_MEAN_ONCE

namespace mestr::internal {

// Of n vectors, with room for a vector of the processor behind each array.
struct RegionVectors {
  static constexpr std::size_t kRoom = 16;
  std::size_t count;
  float* u;
  float* v;
  float* lengths;
};

}  // namespace mestr::internal

#endif  // MESTR_FLOW_TOP_MEAN_ONCE

HWY_BEFORE_NAMESPACE();
namespace mestr::internal {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::CappedTag<float, RegionVectors::kRoom> kTag;
constexpr hn::RebindToSigned<decltype(kTag)> kIntTag;
using Ints = hn::Vec<decltype(kIntTag)>;

// Numbers of 0 and above have the order of their bits. What lies behind the last one is above all.
constexpr std::int32_t kAbove = std::numeric_limits<std::int32_t>::max();

HWY_INLINE Ints LoadBits(const float* at) { return hn::BitCast(kIntTag, hn::LoadU(kTag, at)); }

void MeasureLengths(const RegionVectors& vectors) {
  for (std::size_t i = 0; i < vectors.count; i += hn::Lanes(kTag)) {
    const auto u = hn::LoadU(kTag, vectors.u + i);
    const auto v = hn::LoadU(kTag, vectors.v + i);
    hn::StoreU(hn::Sqrt(hn::Add(hn::Mul(u, u), hn::Mul(v, v))), kTag, vectors.lengths + i);
  }
  std::fill_n(vectors.lengths + vectors.count, RegionVectors::kRoom, std::bit_cast<float>(kAbove));
}

std::size_t CountBelow(const RegionVectors& vectors, std::int32_t bits) {
  const Ints limit = hn::Set(kIntTag, bits);
  Ints counts = hn::Zero(kIntTag);
  for (std::size_t i = 0; i < vectors.count; i += hn::Lanes(kTag)) {
    const auto below = hn::Lt(LoadBits(vectors.lengths + i), limit);
    counts = hn::Sub(counts, hn::VecFromMask(kIntTag, below));
  }
  return static_cast<std::size_t>(hn::GetLane(hn::SumOfLanes(kIntTag, counts)));
}

std::int32_t LeastFrom(const RegionVectors& vectors, std::int32_t bits) {
  const Ints limit = hn::Set(kIntTag, bits);
  const Ints above = hn::Set(kIntTag, kAbove);
  Ints least = above;
  for (std::size_t i = 0; i < vectors.count; i += hn::Lanes(kTag)) {
    const Ints length = LoadBits(vectors.lengths + i);
    least = hn::Min(least, hn::IfThenElse(hn::Lt(length, limit), above, length));
  }
  return hn::GetLane(hn::MinOfLanes(kIntTag, least));
}

// Bits of the length that `rank` lengths are not above; `below` says how many are less.
std::int32_t LengthOfRank(const RegionVectors& vectors, std::size_t rank, std::size_t& below) {
  std::int32_t bits = 0;
  below = 0;
  for (int bit = 30; bit >= 0; --bit) {
    const std::int32_t higher = bits | (1 << bit);
    const std::size_t count = CountBelow(vectors, higher);
    if (count > rank) continue;
    bits = higher;
    below = count;
    if (count == rank) return LeastFrom(vectors, bits);
  }
  return bits;
}

// Moves those of at least a length to the front, in their order.
void KeepFrom(std::int32_t bits, const RegionVectors& vectors) {
  const Ints limit = hn::Set(kIntTag, bits);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < vectors.count; i += hn::Lanes(kTag)) {
    const auto length = hn::LoadU(kTag, vectors.lengths + i);
    const auto keeps = hn::Not(hn::RebindMask(kTag, hn::Lt(hn::BitCast(kIntTag, length), limit)));
    const auto u = hn::Compress(hn::LoadU(kTag, vectors.u + i), keeps);
    const auto v = hn::Compress(hn::LoadU(kTag, vectors.v + i), keeps);
    hn::StoreU(u, kTag, vectors.u + kept);
    hn::StoreU(v, kTag, vectors.v + kept);
    hn::StoreU(hn::Compress(length, keeps), kTag, vectors.lengths + kept);
    kept += hn::CountTrue(kTag, keeps);
  }
}

cv::Point2d MeanOfLongest(const RegionVectors& vectors, std::size_t dropped) {
  MeasureLengths(vectors);
  std::size_t shorter = 0;
  const std::int32_t bits = LengthOfRank(vectors, dropped, shorter);
  // Of those as long as the shortest that counts, some may not.
  std::size_t equal_left_out = dropped - shorter;
  KeepFrom(bits, vectors);
  double sum_u = 0;
  double sum_v = 0;
  for (std::size_t i = 0; i < vectors.count - shorter; ++i) {
    if (equal_left_out > 0 && std::bit_cast<std::int32_t>(vectors.lengths[i]) == bits) {
      --equal_left_out;
      continue;
    }
    sum_u += vectors.u[i];
    sum_v += vectors.v[i];
  }
  const auto count = static_cast<double>(vectors.count - dropped);
  return {sum_u / count, sum_v / count};
}

}  // namespace HWY_NAMESPACE
}  // namespace mestr::internal
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace mestr::internal {

HWY_EXPORT(MeanOfLongest);

cv::Point2d TopMean(ImageView<const float> u, ImageView<const float> v, const cv::Rect& region,
                    double share, std::vector<float>& memory) {
  if (region.empty()) return {0, 0};
  const auto count = static_cast<std::size_t>(region.area());
  const std::size_t each = count + RegionVectors::kRoom;
  memory.resize(3 * each);
  const RegionVectors vectors = {count, memory.data(), memory.data() + each,
                                 memory.data() + 2 * each};
  std::ptrdiff_t at = 0;
  for (int y = region.y; y < region.y + region.height; ++y, at += region.width) {
    std::copy_n(u.row(y) + region.x, region.width, vectors.u + at);
    std::copy_n(v.row(y) + region.x, region.width, vectors.v + at);
  }
  const std::size_t dropped =
      std::min(count - 1, static_cast<std::size_t>(static_cast<double>(count) * (1.0 - share)));
  return HWY_DYNAMIC_DISPATCH(MeanOfLongest)(vectors, dropped);
}

}  // namespace mestr::internal

#endif  // HWY_ONCE
