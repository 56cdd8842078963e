// Numbers as dlib writes them to files.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <vector>

namespace mestr::internal {

// An integer is a byte with the number of bytes that follow (1 to 8; the highest bit is the sign)
// and those, lowest first. A floating-point number is two integers: mantissa and power of two.
class PackedStream {
 public:
  // What the file holds is not what is asked for.
  struct Damaged {};

  // Throws Damaged when there is no such file.
  explicit PackedStream(const std::filesystem::path& path);

  std::int64_t Integer();

  // A number of things that take `least_bytes` of the file or more each: no more than there can be.
  std::size_t Count(std::uint64_t least_bytes);

  // From 0 to `end`, `end` excluded.
  std::uint32_t Index(std::size_t end);

  // The float that std::ldexp gives.
  float Number() {
    Fill();
    const std::uint64_t bytes = EightBytes();
    // Mantissas of three bytes and powers of one: nearly all numbers.
    constexpr std::uint64_t kSizes = 0x7F'0000'007F;
    constexpr std::uint64_t kThreeAndOne = 0x01'0000'0003;
    if ((bytes & kSizes) != kThreeAndOne || end_ - at_ < 6) return AnyNumber();
    at_ += 6;
    const auto mantissa = static_cast<double>(bytes >> 8U & 0xFFFFFFU);
    const auto power = static_cast<std::int64_t>(bytes >> 40U & 0xFFU);
    const bool is_negative = (bytes & 0x80U) != 0;
    const bool is_small = (bytes & 0x80'0000'0000U) != 0;
    return static_cast<float>((is_negative ? -mantissa : mantissa) *
                              PowerOfTwo(is_small ? -power : power));
  }

 private:
  void Fill() {
    if (end_ - at_ < kLongestNumber) ReadMore();
  }
  void ReadMore();
  float AnyNumber();
  std::uint64_t EightBytes() const {
    std::uint64_t bytes = 0;
    for (unsigned int i = 0; i < 8; ++i) bytes |= std::uint64_t{at_[i]} << (8 * i);
    return bytes;
  }
  static double PowerOfTwo(std::int64_t power) {
    constexpr std::int64_t kBias = 1023;
    return std::bit_cast<double>(static_cast<std::uint64_t>(power + kBias) << 52U);
  }

  static constexpr std::ptrdiff_t kLongestNumber = 18;

  std::ifstream file_;
  std::uint64_t unread_bytes_ = 0;
  std::vector<unsigned char> buffer_;  // zeros follow what was read: no number begins with one
  const unsigned char* at_ = nullptr;
  const unsigned char* end_ = nullptr;
};

}  // namespace mestr::internal
