#include "face/packed_stream.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/files.h"

namespace mestr::internal {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18U;
constexpr unsigned int kSign = 0x80;
constexpr unsigned int kBytes = 0x0F;
// float_details of dlib: infinities and what is no number.
constexpr std::int64_t kLeastSpecialPower = 32000;

}  // namespace

PackedStream::PackedStream(const std::filesystem::path& path)
    : file_(path, std::ios::binary),
      unread_bytes_(FileBytes(path).value_or(0)),
      buffer_(kBufferBytes + kLongestNumber) {
  if (!file_) throw Damaged{};
  at_ = end_ = buffer_.data();
}

void PackedStream::ReadMore() {
  const auto kept = end_ - at_;
  std::copy(at_, end_, buffer_.begin());
  const std::uint64_t wanted = std::min<std::uint64_t>(unread_bytes_, kBufferBytes - kept);
  file_.read(reinterpret_cast<char*>(buffer_.data() + kept), static_cast<std::streamsize>(wanted));
  if (static_cast<std::uint64_t>(file_.gcount()) != wanted) throw Damaged{};
  unread_bytes_ -= wanted;
  at_ = buffer_.data();
  end_ = at_ + kept + wanted;
  std::fill_n(buffer_.begin() + (end_ - at_), kLongestNumber, 0);
}

std::int64_t PackedStream::Integer() {
  Fill();
  const unsigned int control = *at_;
  const unsigned int bytes = control & kBytes;
  if (bytes < 1 || bytes > 8 || (control & ~(kSign | kBytes)) != 0 || end_ - at_ <= bytes) {
    throw Damaged{};
  }
  std::uint64_t value = 0;
  for (unsigned int i = 0; i < bytes; ++i) value |= std::uint64_t{at_[1 + i]} << (8 * i);
  at_ += 1 + bytes;
  if (value > std::numeric_limits<std::int64_t>::max()) throw Damaged{};
  const auto magnitude = static_cast<std::int64_t>(value);
  return (control & kSign) != 0 ? -magnitude : magnitude;
}

std::size_t PackedStream::Count(std::uint64_t least_bytes) {
  const std::int64_t count = Integer();
  const std::uint64_t left = unread_bytes_ + static_cast<std::uint64_t>(end_ - at_);
  if (count < 0 || static_cast<std::uint64_t>(count) > left / least_bytes) throw Damaged{};
  return static_cast<std::size_t>(count);
}

std::uint32_t PackedStream::Index(std::size_t end) {
  const std::int64_t index = Integer();
  if (index < 0 || static_cast<std::uint64_t>(index) >= end) throw Damaged{};
  return static_cast<std::uint32_t>(index);
}

float PackedStream::AnyNumber() {
  const auto mantissa = static_cast<float>(Integer());
  const std::int64_t power = Integer();
  if (std::abs(power) >= kLeastSpecialPower) throw Damaged{};
  return std::ldexp(mantissa, static_cast<int>(power));
}

}  // namespace mestr::internal
