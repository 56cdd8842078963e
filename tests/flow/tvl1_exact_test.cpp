// kExact against OpenCV's DualTVL1: the same bits on every instruction set, over 300 pairs.
#include "flow/flow_pairs.h"
#include "flow/tvl1_engine.h"
#include "flow/tvl1_kernels.h"
#include "support/test_support.h"

namespace mestr::internal {
namespace {

using testing::ComputeFlow;
using testing::DifferentValues;
using testing::FlowField;
using testing::ImagePair;
using testing::MakeFlatPair;
using testing::MakePair;
using testing::PairOptions;
using testing::PixelIndex;

// OpenCV is by far the slowest part, so each of its results is compared with all kernels.
void ExpectEqualToOpenCv(const std::vector<ImagePair>& pairs, const Tvl1Options& options = {}) {
  MESTR_REFERENCE_OPENCV_OR_SKIP();
  const auto reference = MakeFlowEngine({.method = FlowMethod::kOpenCv, .tvl1 = options});
  std::vector<std::unique_ptr<FlowEngine>> engines;
  for (const tvl1::Kernels* kernels : tvl1::SupportedKernels()) {
    engines.push_back(tvl1::MakeEngine(FlowMethod::kExact, options, *kernels));
  }
  for (const ImagePair& pair : pairs) {
    const FlowField expected = ComputeFlow(*reference, pair);
    for (const auto& engine : engines) {
      EXPECT_EQ(DifferentValues(ComputeFlow(*engine, pair), expected), 0U)
          << engine->Description() << ", " << pair.name;
    }
  }
}

std::vector<ImagePair> NoisyAndMovingPairs(const std::vector<std::pair<int, int>>& sizes,
                                           const std::vector<double>& noises,
                                           const std::vector<double>& motions_px) {
  std::vector<ImagePair> pairs;
  unsigned seed = 1;
  for (const auto& [width, height] : sizes) {
    for (const double noise : noises) {
      for (const double motion_px : motions_px) {
        pairs.push_back(MakePair({.width = width,
                                  .height = height,
                                  .seed = seed++,
                                  .noise = noise,
                                  .shift_px = motion_px / 2,
                                  .bump_px = motion_px / 2}));
      }
    }
  }
  return pairs;
}

// 180 pairs.
TEST(Tvl1Exact, EqualsOpenCvOnSmallImagesOfManySizes) {
  ExpectEqualToOpenCv(NoisyAndMovingPairs(
      {{16, 16}, {17, 23}, {31, 33}, {32, 32}, {48, 40}, {40, 65}, {16, 70}, {71, 17}, {50, 53}},
      {0.0, 0.5, 1.0, 3.0}, {0.0, 0.3, 1.0, 2.5, 4.0}));
}

// 20 pairs of the size the pipeline uses.
TEST(Tvl1Exact, EqualsOpenCvOnFaceCrops) {
  ExpectEqualToOpenCv(
      NoisyAndMovingPairs({{128, 128}}, {0.0, 0.5, 1.0, 3.0}, {0.0, 0.3, 1.0, 2.5, 4.0}));
}

TEST(Tvl1Exact, EqualsOpenCvOnLargerImagesOfOddSizes) {
  ExpectEqualToOpenCv(NoisyAndMovingPairs({{129, 97}, {160, 120}, {203, 31}}, {1.0}, {0.0, 2.0}));
}

// 30 pairs in which most iterations run: motion beyond what TV-L1 can follow, unrelated images.
TEST(Tvl1Exact, EqualsOpenCvOnPairsThatDoNotConverge) {
  std::vector<ImagePair> pairs;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const PairOptions options{.width = 40,
                              .height = 36,
                              .seed = seed,
                              .noise = 2,
                              .shift_px = 8,
                              .bump_px = 6,
                              .contrast = 120};
    pairs.push_back(MakePair(options));
    PairOptions other = options;
    other.seed = seed + 100;
    pairs.push_back({"unrelated " + pairs.back().name, pairs.back().from, MakePair(other).from});
    PairOptions coarse = options;
    coarse.detail = 1.5;
    pairs.push_back(MakePair(coarse));
  }
  ExpectEqualToOpenCv(pairs);
}

// Pixels that are all one value but for one: flow and dual variables fall off by a factor a pixel
// and run through the subnormal numbers to 0.
ImagePair MakePointPair(int width, int height, int x, int y) {
  ImagePair pair = MakeFlatPair(width, height, 10, 10);
  pair.name += " with a point";
  pair.from.pixels[PixelIndex(x, y, width)] = 200;
  pair.to.pixels[PixelIndex(x + 1, y, width)] = 200;
  return pair;
}

ImagePair MakeBinaryPair(int width, int height, unsigned seed) {
  ImagePair pair = MakeFlatPair(width, height, 0, 0);
  pair.name = "black and white " + std::to_string(seed);
  std::mt19937 random(seed);
  for (auto* pixels : {&pair.from.pixels, &pair.to.pixels}) {
    for (std::uint8_t& pixel : *pixels) pixel = (random() & 1U) != 0 ? 255 : 0;
  }
  return pair;
}

// 40 pairs.
TEST(Tvl1Exact, EqualsOpenCvOnDegeneratePairs) {
  std::vector<ImagePair> pairs;
  for (const auto& [width, height] : {std::pair{16, 16}, {33, 47}, {100, 40}, {128, 128}}) {
    pairs.push_back(MakeFlatPair(width, height, 0, 0));
    pairs.push_back(MakeFlatPair(width, height, 255, 255));
    pairs.push_back(MakeFlatPair(width, height, 0, 255));
    pairs.push_back(MakeFlatPair(width, height, 100, 101));
    pairs.push_back(MakePair({.width = width, .height = height, .noise = 1}));
    pairs.back().to = pairs.back().from;
    pairs.back().name += " identical";
  }
  for (const auto& [x, y] : {std::pair{0, 0}, {50, 20}, {98, 39}, {3, 37}}) {
    pairs.push_back(MakePointPair(100, 40, x, y));
  }
  pairs.push_back(MakePointPair(300, 24, 1, 12));
  pairs.push_back(MakePointPair(24, 300, 12, 1));
  for (unsigned seed = 1; seed <= 6; ++seed) pairs.push_back(MakeBinaryPair(37, 29, seed));
  for (unsigned seed = 1; seed <= 8; ++seed) {  // half black, half textured, moving
    ImagePair pair = MakePair(
        {.width = 64, .height = 48, .seed = seed, .noise = seed % 2 * 1.0, .shift_px = 1.5});
    for (auto* pixels : {&pair.from.pixels, &pair.to.pixels}) {
      std::fill_n(pixels->begin(), pixels->size() / 2, std::uint8_t{0});
    }
    pair.name += " half black";
    pairs.push_back(std::move(pair));
  }
  ExpectEqualToOpenCv(pairs);
}

struct OptionCase {
  const char* name;
  std::function<void(Tvl1Options&)> set;
};

class Tvl1ExactOptions : public ::testing::TestWithParam<OptionCase> {};

TEST_P(Tvl1ExactOptions, EqualOpenCv) {
  Tvl1Options options;
  GetParam().set(options);
  ExpectEqualToOpenCv(NoisyAndMovingPairs({{67, 45}}, {0.0, 2.0}, {0.3, 2.0}), options);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Tvl1ExactOptions,
    ::testing::Values(OptionCase{"tau", [](Tvl1Options& o) { o.tau = 0.1; }},
                      OptionCase{"lambda", [](Tvl1Options& o) { o.lambda = 0.05; }},
                      OptionCase{"theta", [](Tvl1Options& o) { o.theta = 0.7; }},
                      OptionCase{"tinyTheta", [](Tvl1Options& o) { o.theta = 1e-7; }},
                      OptionCase{"oneScale", [](Tvl1Options& o) { o.scales = 1; }},
                      OptionCase{"step05", [](Tvl1Options& o) { o.scale_step = 0.5; }},
                      OptionCase{"step07", [](Tvl1Options& o) { o.scale_step = 0.7; }},
                      OptionCase{"step099", [](Tvl1Options& o) { o.scale_step = 0.99; }},
                      OptionCase{"warps", [](Tvl1Options& o) { o.warps = 2; }},
                      OptionCase{"epsilon", [](Tvl1Options& o) { o.epsilon = 0.002; }},
                      OptionCase{"inner", [](Tvl1Options& o) { o.inner_iterations = 7; }},
                      OptionCase{"outer", [](Tvl1Options& o) { o.outer_iterations = 2; }},
                      OptionCase{"median1", [](Tvl1Options& o) { o.median_filtering = 1; }},
                      OptionCase{"median3", [](Tvl1Options& o) { o.median_filtering = 3; }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace mestr::internal
