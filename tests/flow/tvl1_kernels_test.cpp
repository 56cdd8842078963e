// Each kernel by itself: against OpenCV's function of the same purpose, and SIMD against scalar.
#include "flow/tvl1_kernels.h"

#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <random>

#include "flow/flow_pairs.h"
#include "flow/kernels_under_test.h"
#include "support/test_support.h"

namespace mestr::internal::tvl1 {
namespace {

// The first element on a 64-byte boundary; `memory` holds 16 elements more than are used.
template <typename T>
T* Align(std::vector<T>& memory) {
  void* data = memory.data();
  std::size_t space = memory.size() * sizeof(T);
  return static_cast<T*>(std::align(64, sizeof(T), data, space));
}

// Kernel memory of one level, as the engine lays it out.
class TestLevel {
 public:
  TestLevel(int width, int height)
      : state_memory_(Size(width, height)),
        warp_memory_(WarpSize(width, height)),
        scratch_memory_(static_cast<std::size_t>(Scratch::Floats(width, height)) + 16),
        scratch_ints_(static_cast<std::size_t>(Scratch::Ints(width)) + 16) {
    state.width = width;
    state.height = height;
    state.array_pitch = ArrayPitch(width);
    state.data = Align(state_memory_) + state.row_pitch() + State::kPad;
    source.width = width;
    source.height = height;
    source.data = Align(warp_memory_) + WarpSource::kBorder * source.pitch() +
                  WarpSource::kBorder * WarpSource::kChannels;
    scratch = {Align(scratch_memory_), Align(scratch_ints_)};
  }

  // Copies of one array, without padding.
  cv::Mat Array(State::Array array) const {
    cv::Mat copy(state.height, state.width, CV_32FC1);
    for (int y = 0; y < state.height; ++y) {
      std::copy_n(state.row(y, array), state.width, copy.ptr<float>(y));
    }
    return copy;
  }
  void SetArray(State::Array array, const cv::Mat& values) const {
    for (int y = 0; y < state.height; ++y) {
      std::copy_n(values.ptr<float>(y), state.width, state.row(y, array));
    }
  }

  State state;
  WarpSource source;
  Scratch scratch;

 private:
  static std::ptrdiff_t ArrayPitch(int width) {
    return State::kPad + (width + State::kPad - 1) / State::kPad * State::kPad;
  }
  static std::size_t Size(int width, int height) {
    return static_cast<std::size_t>((height + 1) * ArrayPitch(width) * State::kArrays +
                                    4 * State::kPad);
  }
  static std::size_t WarpSize(int width, int height) {
    const WarpSource sized{nullptr, width, height};
    return static_cast<std::size_t>(sized.pitch() * (width + 2 * WarpSource::kBorder)) + 16;
  }
  std::vector<float> state_memory_;
  std::vector<float> warp_memory_;
  std::vector<float> scratch_memory_;
  std::vector<std::int32_t> scratch_ints_;
};

class RandomImages {
 public:
  explicit RandomImages(unsigned seed) : random_(seed) {}

  cv::Mat Normal(int width, int height, float deviation) {
    std::normal_distribution<float> normal(0, deviation);
    return Fill(width, height, [&] { return normal(random_); });
  }
  // Few different values, so that many are equal.
  cv::Mat Gray(int width, int height, int values) {
    return Fill(width, height,
                [&] { return static_cast<float>(random_() % static_cast<unsigned>(values)); });
  }
  std::mt19937& engine() { return random_; }

 private:
  template <class Draw>
  static cv::Mat Fill(int width, int height, Draw draw) {
    cv::Mat image(height, width, CV_32FC1);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) image.at<float>(y, x) = draw();
    }
    return image;
  }

  std::mt19937 random_;
};

Plane<const float> PlaneOf(const cv::Mat& image) {
  return {image.ptr<float>(), static_cast<std::ptrdiff_t>(image.step1())};
}

// Pixels whose bits differ.
int Differences(const cv::Mat& a, const cv::Mat& b) {
  int count = 0;
  for (int y = 0; y < a.rows; ++y) {
    for (int x = 0; x < a.cols; ++x) {
      count += testing::SameBits(a.at<float>(y, x), b.at<float>(y, x)) ? 0 : 1;
    }
  }
  return count;
}

const std::vector<std::pair<int, int>> kSizes = {{16, 16}, {17, 19}, {31, 40}, {66, 33}, {128, 52}};

class Tvl1Kernels : public ::testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels() const { return *GetParam(); }
};

TEST_P(Tvl1Kernels, PyramidEqualsOpenCvResize) {
  MESTR_REFERENCE_OPENCV_OR_SKIP();
  RandomImages images(1);
  for (const auto& [width, height] : kSizes) {
    for (const double step : {0.5, 0.6, 0.8, 0.95}) {
      Tvl1Options options;
      options.scale_step = step;
      const Plan plan = MakePlan(options, width, height);
      for (std::size_t s = 1; s < plan.levels.size(); ++s) {
        const Level& fine = plan.levels[s - 1];
        const Level& coarse = plan.levels[s];
        const TestLevel level(fine.width, fine.height);
        const cv::Mat image = images.Gray(fine.width, fine.height, 256);
        cv::Mat expected;
        cv::resize(image, expected, cv::Size(), step, step, cv::INTER_LINEAR);
        ASSERT_EQ(expected.size(), cv::Size(coarse.width, coarse.height));
        cv::Mat result(expected.size(), CV_32FC1);
        kernels().resize(coarse.from_finer, PlaneOf(image),
                         {result.ptr<float>(), static_cast<std::ptrdiff_t>(result.step1())}, 1.0,
                         level.scratch);
        EXPECT_EQ(Differences(result, expected), 0) << "down to " << expected.size();
      }
    }
  }
}

TEST_P(Tvl1Kernels, UpsampledFlowEqualsOpenCvResizeAndMultiply) {
  MESTR_REFERENCE_OPENCV_OR_SKIP();
  RandomImages images(2);
  for (const auto& [width, height] : kSizes) {
    for (const double step : {0.5, 0.7, 0.8}) {
      Tvl1Options options;
      options.scale_step = step;
      const Plan plan = MakePlan(options, width, height);
      for (std::size_t s = 1; s < plan.levels.size(); ++s) {
        const TestLevel fine(plan.levels[s - 1].width, plan.levels[s - 1].height);
        const cv::Mat flow = images.Normal(plan.levels[s].width, plan.levels[s].height, 2);
        cv::Mat expected;
        cv::resize(flow, expected, cv::Size(fine.state.width, fine.state.height), 0, 0,
                   cv::INTER_LINEAR);
        cv::multiply(expected, cv::Scalar::all(1 / step), expected);
        kernels().resize(plan.levels[s - 1].from_coarser, PlaneOf(flow),
                         fine.state.plane(State::kU), plan.constants.zoom_flow, fine.scratch);
        EXPECT_EQ(Differences(fine.Array(State::kU), expected), 0) << "up to " << expected.size();
      }
    }
  }
}

TEST_P(Tvl1Kernels, MedianEqualsOpenCv) {
  RandomImages images(3);
  for (const auto& [width, height] : kSizes) {
    for (const int size : {3, 5}) {
      for (const bool few_values : {false, true}) {
        const TestLevel level(width, height);
        const cv::Mat image =
            few_values ? images.Gray(width, height, 5) : images.Normal(width, height, 1);
        cv::Mat expected;
        cv::medianBlur(image, expected, size);
        level.SetArray(State::kV, image);
        kernels().median(level.state, State::kV, size, level.scratch);
        EXPECT_EQ(Differences(level.Array(State::kV), expected), 0)
            << width << " x " << height << ", size " << size;
      }
    }
  }
}

// OpenCV's image at the places where the flow leads.
cv::Mat Remapped(const cv::Mat& image, const cv::Mat& u, const cv::Mat& v) {
  cv::Mat map_x(u.size(), CV_32FC1);
  cv::Mat map_y(u.size(), CV_32FC1);
  for (int y = 0; y < u.rows; ++y) {
    for (int x = 0; x < u.cols; ++x) {
      map_x.at<float>(y, x) = static_cast<float>(x) + u.at<float>(y, x);
      map_y.at<float>(y, x) = static_cast<float>(y) + v.at<float>(y, x);
    }
  }
  cv::Mat warped;
  cv::remap(image, warped, map_x, map_y, cv::INTER_CUBIC);
  return warped;
}

// The constant part of the data term, for an image and the level's gradients that were warped.
cv::Mat RhoOf(const cv::Mat& warped, const TestLevel& level, const cv::Mat& from, const cv::Mat& u,
              const cv::Mat& v) {
  cv::Mat rho(u.size(), CV_32FC1);
  for (int y = 0; y < u.rows; ++y) {
    for (int x = 0; x < u.cols; ++x) {
      const Vec3 at{warped.at<float>(y, x), level.state.row(y, State::kIx)[x],
                    level.state.row(y, State::kIy)[x]};
      rho.at<float>(y, x) =
          MakeDataTerm(at, from.at<float>(y, x), u.at<float>(y, x), v.at<float>(y, x)).rho;
    }
  }
  return rho;
}

// Flow from a fraction of a pixel to far outside, so that all kinds of border are met.
TEST_P(Tvl1Kernels, WarpEqualsOpenCvRemap) {
  MESTR_REFERENCE_OPENCV_OR_SKIP();
  RandomImages images(4);
  for (const auto& [width, height] : kSizes) {
    for (const float deviation_px : {0.3F, 3.0F, 60.0F, 1e9F}) {
      const TestLevel level(width, height);
      const cv::Mat from = images.Gray(width + State::kPad, height, 256);
      const cv::Mat to = images.Gray(width, height, 256);
      const cv::Mat u = images.Normal(width, height, deviation_px);
      const cv::Mat v = images.Normal(width, height, deviation_px);
      cv::Mat gradient_x(to.size(), CV_32FC1);
      kernels().gradient(PlaneOf(to), level.source);
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) gradient_x.at<float>(y, x) = level.source.pixel(x, y)[1];
      }

      level.SetArray(State::kU, u);
      level.SetArray(State::kV, v);
      // `from` rows are read a vector at a time, aligned as the engine's.
      std::vector<float> from_memory(static_cast<std::size_t>((width + 32) * height + 16));
      const std::ptrdiff_t pitch = (width + 15) / 16 * 16;
      float* from_data = Align(from_memory);
      for (int y = 0; y < height; ++y) {
        std::copy_n(from.ptr<float>(y), width, from_data + y * pitch);
      }
      kernels().warp(level.source, WarpTable(), {from_data, pitch}, level.state, level.scratch);

      EXPECT_EQ(Differences(level.Array(State::kIx), Remapped(gradient_x, u, v)), 0)
          << width << " x " << height << ", flow " << deviation_px << " px";
      const cv::Mat expected_rho = RhoOf(Remapped(to, u, v), level, from, u, v);
      EXPECT_EQ(Differences(level.Array(State::kRho), expected_rho), 0)
          << width << " x " << height << ", flow " << deviation_px << " px";
    }
  }
}

constexpr Constants kConstants{0.045F, 0.3F, 0.25F / 0.3F, 1.25};

void ExpectSameState(const TestLevel& a, const TestLevel& b, const std::string& what) {
  for (int array = 0; array < State::kArrays; ++array) {
    EXPECT_EQ(Differences(a.Array(static_cast<State::Array>(array)),
                          b.Array(static_cast<State::Array>(array))),
              0)
        << what << ", array " << array;
  }
}

void SetRandomState(const TestLevel& level, RandomImages& images, float flow) {
  const int width = level.state.width;
  const int height = level.state.height;
  for (const State::Array array :
       {State::kU, State::kV, State::kUx, State::kUy, State::kVx, State::kVy, State::kRho}) {
    level.SetArray(array, images.Normal(width, height, flow));
  }
  const cv::Mat ix = images.Normal(width, height, 5);
  const cv::Mat iy = images.Normal(width, height, 5);
  level.SetArray(State::kIx, ix);
  level.SetArray(State::kIy, iy);
  level.SetArray(State::kGrad, ix.mul(ix) + iy.mul(iy));
}

// Values of all sizes: 1e-42 is subnormal, and products of 1e-20 underflow.
TEST_P(Tvl1Kernels, IterationEqualsScalarForAllMagnitudes) {
  for (const auto& [width, height] : kSizes) {
    for (const float flow : {0.0F, 1e-42F, 1e-36F, 1e-20F, 1e-13F, 1e-6F, 0.1F, 10.0F, 1e6F}) {
      RandomImages images(5);
      RandomImages same_images(5);
      const TestLevel level(width, height);
      const TestLevel expected(width, height);
      SetRandomState(level, images, flow);
      SetRandomState(expected, same_images, flow);
      for (int i = 0; i < 3; ++i) {
        kernels().iterate(level.state, kConstants);
        ScalarKernels().iterate(expected.state, kConstants);
      }
      ExpectSameState(level, expected,
                      std::to_string(width) + " x " + std::to_string(height) + ", flow " +
                          std::to_string(flow));
    }
  }
}

// How far the norm of (x, y) is from the middle of two floats, in units of their distance.
double DistanceFromMidpoint(float x, float y) {
  const long double norm =
      std::sqrt(static_cast<long double>(x) * x + static_cast<long double>(y) * y);
  const float rounded = static_cast<float>(norm);
  const long double unit = static_cast<long double>(std::nextafter(rounded, 1e30F)) - rounded;
  return static_cast<double>(std::abs(std::abs((norm - rounded) / unit) - 0.5L));
}

// Gradients whose norm is all but halfway between two floats: the hardest to round.
TEST_P(Tvl1Kernels, DualStepEqualsScalarForNormsThatAreHardToRound) {
  constexpr int kSize = 128;
  const TestLevel level(kSize, kSize);
  const TestLevel expected(kSize, kSize);
  std::mt19937 random(6);
  std::normal_distribution<float> normal(0, 0.2F);
  double closest = 1;
  // Without data term and dual variables the flow stays as it is; every second pixel of every
  // second row is 0, and its neighbours to the right and below hold a gradient.
  for (int y = 0; y + 1 < kSize; y += 2) {
    for (int x = 0; x + 1 < kSize; x += 2) {
      float gx = 0;
      float gy = 0;
      double best = 1;
      for (int trial = 0; trial < 300; ++trial) {
        const float tx = normal(random);
        const float ty = normal(random);
        const double distance = DistanceFromMidpoint(tx, ty);
        if (distance >= best) continue;
        best = distance;
        gx = tx;
        gy = ty;
      }
      closest = std::min(closest, best);
      for (const TestLevel* each : {&level, &expected}) {
        each->state.row(y, State::kU)[x + 1] = gx;
        each->state.row(y + 1, State::kU)[x] = gy;
        each->state.row(y, State::kV)[x + 1] = -gy;
        each->state.row(y + 1, State::kV)[x] = gx;
      }
    }
  }
  EXPECT_LT(closest, 1e-5);
  kernels().iterate(level.state, kConstants);
  ScalarKernels().iterate(expected.state, kConstants);
  ExpectSameState(level, expected, "hard norms");
}

TEST_P(Tvl1Kernels, SumOfStepsIsTheirSum) {
  const TestLevel level(66, 33);
  RandomImages images(7);
  SetRandomState(level, images, 0.1F);
  const double sum = kernels().iterate(level.state, kConstants);
  EXPECT_NEAR(sum, cv::sum(level.Array(State::kStep))[0], 1e-5 * sum);
}

INSTANTIATE_TEST_SUITE_P(Each, Tvl1Kernels, ::testing::ValuesIn(SupportedKernels()),
                         [](const auto& test) { return TestName(*test.param); });

TEST(Tvl1Arithmetic, NormIsGlibcsHypotf) {
  std::mt19937 random(8);
  std::normal_distribution<float> normal(0, 1);
  for (const float size : {1e-42F, 1e-20F, 1e-3F, 1.0F, 1e15F}) {
    for (int i = 0; i < 100000; ++i) {
      const float x = size * normal(random);
      const float y = size * normal(random);
      ASSERT_EQ(Norm(x, y), std::hypot(x, y)) << x << ", " << y;
    }
  }
}

// By the 0-1 principle, a network that is right for all zeros and ones is right for all values;
// columns are sorted, so a column is its number of ones.
template <int kSide, typename Median>
void ExpectMedianOfAllZerosAndOnes(const Median& median) {
  constexpr int kCounts = kSide + 1;  // of ones in a column
  int codes = 1;
  for (int column = 0; column < kSide; ++column) codes *= kCounts;
  for (int code = 0; code < codes; ++code) {
    float window[kSide * kSide] = {};
    int ones = 0;
    for (int column = 0, rest = code; column < kSide; ++column, rest /= kCounts) {
      ones += rest % kCounts;
      for (int k = 0; k < rest % kCounts; ++k) window[(kSide - 1 - k) * kSide + column] = 1;
    }
    ASSERT_EQ(median(window), ones > kSide * kSide / 2 ? 1 : 0) << code;
  }
}

TEST(Tvl1Arithmetic, MedianNetworkIsRightForAllZerosAndOnes) {
  ExpectMedianOfAllZerosAndOnes<5>([](float* window) { return MedianOfSortedColumns5(window); });
}

TEST(Tvl1Arithmetic, MedianNetworkOfNineIsRightForAllZerosAndOnes) {
  ExpectMedianOfAllZerosAndOnes<3>([](float* window) { return MedianOfSortedColumns3(window); });
}

TEST(Tvl1Arithmetic, StopIsDecidedOnlyWhereTheOrderOfTheSumCannotMatter) {
  constexpr double kPixels = 128 * 128;
  EXPECT_EQ(DecideStop(1.7F, 1.6384F, kPixels), StopDecision::kContinue);
  EXPECT_EQ(DecideStop(1.6F, 1.6384F, kPixels), StopDecision::kStop);
  EXPECT_EQ(DecideStop(1.6385F, 1.6384F, kPixels), StopDecision::kSumInOrder);
  EXPECT_EQ(DecideStop(1.6383F, 1.6384F, kPixels), StopDecision::kSumInOrder);
  EXPECT_EQ(DecideStop(std::nanf(""), 1.6384F, kPixels), StopDecision::kSumInOrder);
  EXPECT_EQ(DecideStop(1e9F, 1.0F, 1e9), StopDecision::kSumInOrder) << "bound of no use";
}

TEST(Tvl1Plan, LevelsEndBeforeSidesBelow16Px) {
  const Plan plan = MakePlan({}, 128, 26);
  ASSERT_EQ(plan.levels.size(), 3U);
  EXPECT_EQ(plan.levels[1].width, 102);
  EXPECT_EQ(plan.levels[1].height, 21);
  EXPECT_EQ(plan.levels[2].width, 82);
  EXPECT_EQ(plan.levels[2].height, 17);
}

}  // namespace
}  // namespace mestr::internal::tvl1
