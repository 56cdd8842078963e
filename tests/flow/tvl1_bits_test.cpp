// The flow's bits on every processor: those of x86-64, where they are OpenCV's (tvl1_exact_test).
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "flow/flow_pairs.h"
#include "flow/kernels_under_test.h"
#include "flow/tvl1_engine.h"
#include "support/test_support.h"

namespace mestr::internal::tvl1 {
namespace {

// A texture of whole numbers alone, which no library of mathematics rounds.
testing::GrayImage Texture(int width, int height, int shift_px) {
  testing::GrayImage image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int at = x - shift_px;
      const int wave = std::abs(((at * 5 + y * 3) % 96 + 96) % 96 - 48);
      const int other = std::abs(((at * 2 - y * 7) % 128 + 128) % 128 - 64);
      image.pixels.push_back(static_cast<std::uint8_t>(40 + 2 * wave + other / 2 + (at * y) % 5));
    }
  }
  return image;
}

// FNV-1a.
std::uint64_t HashOf(const std::vector<float>& values, std::uint64_t hash) {
  for (const float value : values) {
    hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 0x100000001b3ULL;
  }
  return hash;
}

class Tvl1Bits : public ::testing::TestWithParam<const Kernels*> {};

TEST_P(Tvl1Bits, AreTheSameOnEveryProcessor) {
  struct Case {
    int width;
    int height;
    std::uint64_t hash;
  };
  for (const Case& wanted :
       {Case{128, 128, 1855117393118704549U}, Case{67, 50, 11421372392429375289U}}) {
    const testing::ImagePair pair{"texture", Texture(wanted.width, wanted.height, 0),
                                  Texture(wanted.width, wanted.height, 1)};
    const auto engine = MakeEngine(FlowMethod::kExact, {}, *GetParam());
    const testing::FlowField flow = testing::ComputeFlow(*engine, pair);
    EXPECT_EQ(HashOf(flow.v, HashOf(flow.u, 0xcbf29ce484222325ULL)), wanted.hash)
        << wanted.width << " x " << wanted.height;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Tvl1Bits, ::testing::ValuesIn(SupportedKernels()),
                         [](const auto& test) { return TestName(*test.param); });

}  // namespace
}  // namespace mestr::internal::tvl1
