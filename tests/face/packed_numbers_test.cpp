#include "face/packed_numbers.h"

#include <dlib/float_details.h>
#include <dlib/serialize.h>
#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace mestr::internal {
namespace {

using Damaged = PackedNumbers::Damaged;

// As long as they are and no longer, so that the address sanitizer sees what is read behind them.
using Bytes = std::vector<unsigned char>;

// What dlib writes.
template <typename T>
Bytes Packed(const T& value) {
  std::ostringstream stream;
  dlib::serialize(value, stream);
  const std::string text = stream.str();
  return {text.begin(), text.end()};
}

// What dlib reads there; empty: it refuses it.
template <typename T>
std::optional<T> ReadByDlib(const Bytes& bytes) {
  std::istringstream stream(std::string(bytes.begin(), bytes.end()));
  T value = 0;
  try {
    dlib::deserialize(value, stream);
  } catch (const dlib::serialization_error&) {
    return std::nullopt;
  }
  return value;
}

Bytes Joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes Cut(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

// Around every power of two, of both signs.
std::vector<std::int64_t> IntegersOfEveryWidth() {
  std::vector<std::int64_t> integers = {0, std::numeric_limits<std::int64_t>::max()};
  for (unsigned int bits = 0; bits < 63; ++bits) {
    for (const std::int64_t besides : {-1, 0, 1}) {
      const std::int64_t integer = (std::int64_t{1} << bits) + besides;
      integers.push_back(integer);
      integers.push_back(-integer);
    }
  }
  return integers;
}

TEST(PackedIntegers, OfEveryWidthAndSignAreThoseThatDlibWrites) {
  const std::vector<std::int64_t> integers = IntegersOfEveryWidth();
  std::vector<Bytes> parts;
  for (const std::int64_t integer : integers) parts.push_back(Packed(integer));
  const Bytes bytes = Joined(parts);
  PackedNumbers numbers(bytes);
  std::size_t place = 0;
  for (std::size_t i = 0; i < integers.size(); ++i) {
    EXPECT_EQ(numbers.place(), place);
    EXPECT_EQ(numbers.Integer(), integers[i]);
    place += parts[i].size();
  }
  EXPECT_EQ(numbers.place(), bytes.size());
  EXPECT_THROW(numbers.Integer(), Damaged);
}

TEST(PackedIntegers, ThatAreTooLargeWrap) {
  Bytes bytes = {8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(PackedNumbers(bytes).Integer(), -1);
  bytes[0] |= 0x80;
  EXPECT_EQ(PackedNumbers(bytes).Integer(), 1);
  bytes = {0x88, 0, 0, 0, 0, 0, 0, 0, 0x80};
  EXPECT_EQ(PackedNumbers(bytes).Integer(), std::numeric_limits<std::int64_t>::min());
}

TEST(PackedIntegers, OfNoOrMoreThanEightBytesAreRefused) {
  for (unsigned int first = 0; first < 256; ++first) {
    Bytes bytes(20, 1);
    bytes[0] = static_cast<unsigned char>(first);
    const unsigned int size = first & 0x7F;
    PackedNumbers numbers(bytes);
    if (size >= 1 && size <= 8) {
      numbers.Integer();
      EXPECT_EQ(numbers.place(), 1 + size);
    } else {
      EXPECT_THROW(numbers.Integer(), Damaged) << first;
    }
  }
}

TEST(PackedIntegers, CutAnywhereAreRefused) {
  for (const std::int64_t integer : IntegersOfEveryWidth()) {
    const Bytes whole = Packed(integer);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut = Cut(whole, size);
      EXPECT_THROW(PackedNumbers(cut).Integer(), Damaged) << integer << " " << size;
    }
  }
}

TEST(PackedIndices, EndBeforeTheirEnd) {
  const auto index = [](std::int64_t integer, std::size_t end) {
    const Bytes bytes = Packed(integer);
    return PackedNumbers(bytes).Index(end);
  };
  EXPECT_EQ(index(0, 1), 0U);
  EXPECT_EQ(index(67, 68), 67U);
  EXPECT_THROW(index(68, 68), Damaged);
  EXPECT_THROW(index(0, 0), Damaged);
  EXPECT_THROW(index(-1, 68), Damaged);
  EXPECT_THROW(index(std::int64_t{1} << 32, 68), Damaged);  // 0 in 32 bits
}

// A count that lies would make its reader take memory for what is not there.
TEST(PackedCounts, AreOfNoMoreThanThereCanBe) {
  const auto count = [](std::int64_t integer, std::size_t bytes_behind, std::size_t least_bytes) {
    const Bytes bytes = Joined({Packed(integer), Bytes(bytes_behind)});
    return PackedNumbers(bytes).Count(least_bytes);
  };
  EXPECT_EQ(count(0, 0, 4), 0U);
  EXPECT_EQ(count(3, 12, 4), 3U);
  EXPECT_EQ(count(3, 15, 4), 3U);
  EXPECT_THROW(count(3, 11, 4), Damaged);
  EXPECT_THROW(count(4, 15, 4), Damaged);
  EXPECT_THROW(count(1, 0, 1), Damaged);
  EXPECT_THROW(count(-1, 100, 1), Damaged);
  EXPECT_THROW(count(std::numeric_limits<std::int64_t>::max(), 100, 1), Damaged);
}

bool AreSame(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

// Bits at random, and what has a form of its own.
std::vector<float> Floats() {
  using Limits = std::numeric_limits<float>;
  std::vector<float> floats = {0,
                               1,
                               -0.5F,
                               0.1F,
                               -1 / 3.F,
                               256,
                               65536,
                               1e30F,
                               -1e-40F,
                               Limits::min(),
                               Limits::denorm_min(),
                               -Limits::denorm_min(),
                               Limits::max(),
                               Limits::lowest(),
                               Limits::infinity(),
                               -Limits::infinity(),
                               Limits::quiet_NaN()};
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    floats.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(random())));
  }
  return floats;
}

TEST(PackedFloats, AreThoseThatDlibWritesWhateverStandsBehindThem) {
  const std::vector<float> floats = Floats();
  std::vector<Bytes> parts;
  for (const float value : floats) parts.push_back(Packed(value));
  const Bytes bytes = Joined(parts);
  PackedNumbers numbers(bytes);
  for (std::size_t i = 0; i < floats.size(); ++i) {
    EXPECT_TRUE(AreSame(numbers.Number(), floats[i])) << floats[i];
    EXPECT_TRUE(AreSame(PackedNumbers(parts[i]).Number(), floats[i])) << floats[i];
  }
  EXPECT_EQ(numbers.place(), bytes.size());
  EXPECT_THROW(numbers.Number(), Damaged);
}

// Whatever a float does not hold is rounded as dlib rounds it.
TEST(PackedFloats, OfEveryMantissaAndPowerAreThoseThatDlibReads) {
  for (const std::int64_t mantissa : IntegersOfEveryWidth()) {
    for (const int power :
         {-32768, -32767, -1074, -300, -256, -255, -173, -150, -149,  -127,  -24,   -1,    0,    1,
          64,     100,    104,   127,  128,  255,  256,  1024, 31999, 32000, 32001, 32002, 32767}) {
      const Bytes bytes = Packed(dlib::float_details(mantissa, static_cast<dlib::int16>(power)));
      const std::optional<float> expected = ReadByDlib<float>(bytes);
      ASSERT_TRUE(expected.has_value());
      const Bytes more = Joined({bytes, Bytes(8)});
      EXPECT_TRUE(AreSame(PackedNumbers(bytes).Number(), *expected)) << mantissa << " " << power;
      EXPECT_TRUE(AreSame(PackedNumbers(more).Number(), *expected)) << mantissa << " " << power;
    }
  }
}

TEST(PackedFloats, HaveAPowerThatWrapsAsDlibsDoes) {
  for (const unsigned int sign : {0U, 0x80U}) {
    for (const unsigned int high : {0x7FU, 0x80U, 0xFFU}) {
      const Bytes bytes = {1, 3, static_cast<unsigned char>(2 | sign), 0xFE,
                           static_cast<unsigned char>(high)};
      const std::optional<float> expected = ReadByDlib<float>(bytes);
      ASSERT_TRUE(expected.has_value());
      EXPECT_TRUE(AreSame(PackedNumbers(bytes).Number(), *expected)) << sign << " " << high;
    }
  }
}

TEST(PackedFloats, OfAPowerOfMoreThanTwoBytesAreRefused) {
  const Bytes bytes = {1, 1, 3, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(ReadByDlib<float>(bytes), std::nullopt);
  EXPECT_THROW(PackedNumbers(bytes).Number(), Damaged);
  EXPECT_THROW(PackedNumbers(bytes).SkipNumbers(1), Damaged);
}

TEST(PackedFloats, CutAnywhereAreRefused) {
  for (const float value : {0.1F, -1 / 3.F, 1.F, 1e-40F, 3e38F}) {
    const Bytes whole = Packed(value);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut = Cut(whole, size);
      EXPECT_THROW(PackedNumbers(cut).Number(), Damaged) << value << " " << size;
      EXPECT_THROW(PackedNumbers(cut).SkipNumbers(1), Damaged) << value << " " << size;
    }
  }
}

// Usual numbers, but for those at these places.
Bytes Numbers(int count, const std::vector<int>& unusual) {
  std::vector<Bytes> parts;
  for (int i = 0; i < count; ++i) {
    const bool is_unusual = std::find(unusual.begin(), unusual.end(), i) != unusual.end();
    parts.push_back(is_unusual ? Packed(static_cast<float>(1 + i)) : Packed(0.1F * (i % 9 - 4.5F)));
  }
  return Joined(parts);
}

TEST(SkippedNumbers, AreThoseThatWouldBeRead) {
  constexpr int kCount = 40;
  for (const std::vector<int>& unusual :
       std::vector<std::vector<int>>{{}, {0}, {7}, {8}, {3, 21, 22, 39}}) {
    const Bytes bytes = Numbers(kCount, unusual);
    PackedNumbers read(bytes);
    for (std::size_t count = 0; count <= kCount; ++count) {
      PackedNumbers skipped(bytes);
      skipped.SkipNumbers(count);
      EXPECT_EQ(skipped.place(), read.place()) << count;
      if (count < kCount) read.Number();
    }
    EXPECT_THROW(PackedNumbers(bytes).SkipNumbers(kCount + 1), Damaged);
  }
}

TEST(SkippedNumbers, CutAnywhereAreRefused) {
  constexpr int kCount = 20;
  const Bytes bytes = Numbers(kCount, {5});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut = Cut(bytes, size);
    EXPECT_THROW(PackedNumbers(cut).SkipNumbers(kCount), Damaged) << size;
  }
}

// The place after so many numbers, or nothing where one is refused.
template <typename Pass>
std::optional<std::size_t> PlaceAfter(const Bytes& bytes, const Pass& pass) {
  PackedNumbers numbers(bytes);
  try {
    pass(numbers);
  } catch (const Damaged&) {
    return std::nullopt;
  }
  return numbers.place();
}

TEST(SkippedNumbers, DamagedAnywhereAreRefusedWhereReadingRefusesThem) {
  constexpr int kCount = 20;
  const Bytes bytes = Numbers(kCount, {5});
  int refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned int bit = 0; bit < 8; ++bit) {
      Bytes damaged = bytes;
      damaged[at] = static_cast<unsigned char>(damaged[at] ^ 1U << bit);
      const auto read = PlaceAfter(damaged, [](PackedNumbers& numbers) {
        for (int i = 0; i < kCount; ++i) numbers.Number();
      });
      const auto skipped =
          PlaceAfter(damaged, [](PackedNumbers& numbers) { numbers.SkipNumbers(kCount); });
      EXPECT_EQ(read, skipped) << at << " " << bit;
      refused += read ? 0 : 1;
    }
  }
  EXPECT_GT(refused, kCount);
}

}  // namespace
}  // namespace mestr::internal
