// Numbers as dlib writes them to files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mestr::internal {

// Bytes and a place in them. An integer is a byte with the number of bytes that follow (1 to 8; the
// highest bit is the sign) and those, lowest first. A floating-point number is two integers:
// mantissa and power of two.
class PackedNumbers {
 public:
  // The bytes are not what is asked for.
  struct Damaged {};

  explicit PackedNumbers(std::span<const unsigned char> bytes)
      : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  // Bytes before the next number.
  std::size_t place() const { return static_cast<std::size_t>(at_ - begin_); }

  std::int64_t Integer();

  // From 0 to `end`, `end` excluded.
  std::uint32_t Index(std::size_t end);

  // A number of things that take `least_bytes` or more each: no more than there can be.
  std::size_t Count(std::size_t least_bytes);

  // The float that dlib reads.
  float Number();

  // What lies there can then be read by Number.
  void SkipNumbers(std::size_t count);

 private:
  const unsigned char* begin_;
  const unsigned char* at_;
  const unsigned char* end_;
};

}  // namespace mestr::internal
