#include "face/packed_numbers.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace mestr::internal {
namespace {

constexpr unsigned int kSign = 0x80;
constexpr unsigned int kBytes = 0x0F;
constexpr unsigned int kMostPowerBytes = 2;

// In place of a power: what is no number otherwise (dlib's float_details).
constexpr std::int64_t kInfinity = 32000;
constexpr std::int64_t kNegativeInfinity = 32001;

// Nearly all numbers have a mantissa of three bytes and a power of one.
constexpr std::ptrdiff_t kUsualBytes = 6;
constexpr std::uint64_t kSizes = 0x7F'0000'007F;
constexpr std::uint64_t kUsualSizes = 0x01'0000'0003;
constexpr std::ptrdiff_t kEight = 8;

std::uint64_t EightBytes(const unsigned char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

double PowerOfTwo(std::int64_t power) {
  constexpr std::int64_t kBias = 1023;
  return std::bit_cast<double>(static_cast<std::uint64_t>(power + kBias) << 52U);
}

// Signs without branches: those of a model's numbers are as good as random.
float UsualNumber(std::uint64_t bytes) {
  const auto mantissa = static_cast<double>(static_cast<std::int32_t>(bytes >> 8U & 0xFFFFFFU));
  const auto power = static_cast<std::int64_t>(bytes >> 40U & 0xFFU);
  const auto power_is_negative = static_cast<std::int64_t>(bytes >> 39U & 1U);
  const double magnitude = mantissa * PowerOfTwo((power ^ -power_is_negative) + power_is_negative);
  const std::uint64_t sign = (bytes & kSign) << 56U;
  // Exact up to this rounding to a float.
  return static_cast<float>(std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | sign));
}

// Of the integer there.
unsigned int SizeOf(const unsigned char* at, const unsigned char* end, unsigned int most_bytes) {
  if (at == end) throw PackedNumbers::Damaged{};
  const unsigned int bytes = *at & kBytes;
  const bool is_size = bytes >= 1 && bytes <= most_bytes && (*at & ~(kSign | kBytes)) == 0;
  if (!is_size || end - at <= static_cast<std::ptrdiff_t>(bytes)) throw PackedNumbers::Damaged{};
  return bytes;
}

}  // namespace

std::int64_t PackedNumbers::Integer() {
  const unsigned int bytes = SizeOf(at_, end_, kEight);
  const bool is_negative = (*at_++ & kSign) != 0;
  std::uint64_t value = 0;
  for (unsigned int i = 0; i < bytes; ++i) value |= std::uint64_t{*at_++} << (8 * i);
  // As dlib does: what is too large wraps.
  return static_cast<std::int64_t>(is_negative ? 0 - value : value);
}

std::uint32_t PackedNumbers::Index(std::size_t end) {
  const std::int64_t index = Integer();
  if (index < 0 || static_cast<std::uint64_t>(index) >= end) throw Damaged{};
  return static_cast<std::uint32_t>(index);
}

std::size_t PackedNumbers::Count(std::size_t least_bytes) {
  const std::int64_t count = Integer();
  const std::size_t most = static_cast<std::size_t>(end_ - at_) / least_bytes;
  if (count < 0 || static_cast<std::uint64_t>(count) > most) throw Damaged{};
  return static_cast<std::size_t>(count);
}

float PackedNumbers::Number() {
  if (end_ - at_ >= kEight) {
    const std::uint64_t bytes = EightBytes(at_);
    if ((bytes & kSizes) == kUsualSizes) {
      at_ += kUsualBytes;
      return UsualNumber(bytes);
    }
  }
  const auto mantissa = static_cast<float>(Integer());
  SizeOf(at_, end_, kMostPowerBytes);
  const auto power = static_cast<std::int16_t>(Integer());  // as dlib has it: it wraps, too
  if (power < kInfinity) return std::ldexp(mantissa, static_cast<int>(power));
  if (power == kInfinity) return std::numeric_limits<float>::infinity();
  if (power == kNegativeInfinity) return -std::numeric_limits<float>::infinity();
  return std::numeric_limits<float>::quiet_NaN();
}

void PackedNumbers::SkipNumbers(std::size_t count) {
  while (count > 0) {
    // Eight at a time, as long as all are usual.
    constexpr std::ptrdiff_t kBlockBytes = (kEight - 1) * kUsualBytes + kEight;
    while (count >= kEight && end_ - at_ >= kBlockBytes) {
      std::uint64_t unusual = 0;
      for (std::ptrdiff_t i = 0; i < kEight; ++i) {
        unusual |= (EightBytes(at_ + i * kUsualBytes) ^ kUsualSizes) & kSizes;
      }
      if (unusual != 0) break;
      at_ += kEight * kUsualBytes;
      count -= kEight;
    }
    for (int i = 0; i < kEight && count > 0; ++i, --count) {
      at_ += 1 + SizeOf(at_, end_, kEight);
      at_ += 1 + SizeOf(at_, end_, kMostPowerBytes);
    }
  }
}

}  // namespace mestr::internal
