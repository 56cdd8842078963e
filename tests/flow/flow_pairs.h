// Image pairs with known motion and noise, for tests and benchmarks of optical flow.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "mestr/flow/flow_engine.h"

namespace mestr::testing {

struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  ImageView<const std::uint8_t> view() const { return {pixels.data(), width, height, width}; }
};

struct ImagePair {
  std::string name;
  GrayImage from;
  GrayImage to;
};

// A smooth random texture and the same one moved; both with camera noise of their own.
struct PairOptions {
  int width = 128;
  int height = 128;
  unsigned seed = 1;
  double noise = 0;      // standard deviation in gray values
  double shift_px = 0;   // whole image
  double bump_px = 0;    // extra motion of a disc in the middle, fading to its rim
  double contrast = 60;  // amplitude of the texture in gray values
  double detail = 0.35;  // highest frequency in radians per px
};

class TextureSampler {
 public:
  explicit TextureSampler(const PairOptions& options) : options_(options) {
    std::mt19937 random(options.seed);
    std::uniform_real_distribution<double> unit(0, 1);
    for (Wave& wave : waves_) {
      const double angle = 2 * std::numbers::pi * unit(random);
      const double frequency = options.detail * (0.1 + 0.9 * unit(random));
      wave = {frequency * std::cos(angle), frequency * std::sin(angle),
              2 * std::numbers::pi * unit(random)};
    }
    const double angle = 2 * std::numbers::pi * unit(random);
    direction_x_ = std::cos(angle);
    direction_y_ = std::sin(angle);
  }

  // Gray value of the scene at a point of the first image.
  double At(double x, double y) const {
    double sum = 0;
    for (const Wave& wave : waves_) sum += std::cos(wave.x * x + wave.y * y + wave.phase);
    return 120 + options_.contrast * sum / std::sqrt(static_cast<double>(kWaves));
  }

  // Length of the motion at a point, along direction_x, direction_y.
  double MotionPx(double x, double y) const {
    const double dx = (x - options_.width / 2.0) / options_.width;
    const double dy = (y - options_.height / 2.0) / options_.height;
    return options_.shift_px + options_.bump_px * std::exp(-16 * (dx * dx + dy * dy));
  }

  double direction_x() const { return direction_x_; }
  double direction_y() const { return direction_y_; }

 private:
  struct Wave {
    double x, y, phase;
  };
  static constexpr int kWaves = 12;

  PairOptions options_;
  Wave waves_[kWaves];
  double direction_x_ = 1;
  double direction_y_ = 0;
};

inline ImagePair MakePair(const PairOptions& options) {
  const TextureSampler texture(options);
  std::mt19937 random(options.seed + 1000);
  std::normal_distribution<double> noise(0, 1);
  const auto gray = [&](double value) {
    return static_cast<std::uint8_t>(
        std::clamp(std::lround(value + options.noise * noise(random)), 0L, 255L));
  };
  ImagePair pair;
  pair.name = std::to_string(options.width) + "x" + std::to_string(options.height) + " seed " +
              std::to_string(options.seed) + " noise " + std::to_string(options.noise) + " shift " +
              std::to_string(options.shift_px) + " bump " + std::to_string(options.bump_px);
  for (GrayImage* image : {&pair.from, &pair.to}) {
    image->width = options.width;
    image->height = options.height;
    for (int y = 0; y < options.height; ++y) {
      for (int x = 0; x < options.width; ++x) {
        const double moved = image == &pair.to ? texture.MotionPx(x, y) : 0;
        image->pixels.push_back(
            gray(texture.At(x - moved * texture.direction_x(), y - moved * texture.direction_y())));
      }
    }
  }
  return pair;
}

// Two images of one gray value each.
inline ImagePair MakeFlatPair(int width, int height, std::uint8_t from, std::uint8_t to) {
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return {std::to_string(width) + "x" + std::to_string(height) + " flat " + std::to_string(from) +
              " to " + std::to_string(to),
          {width, height, std::vector<std::uint8_t>(count, from)},
          {width, height, std::vector<std::uint8_t>(count, to)}};
}

// A flow field with its pixels, written by an engine.
struct FlowField {
  int width = 0;
  int height = 0;
  std::vector<float> u;
  std::vector<float> v;

  FlowField() = default;
  FlowField(int field_width, int field_height)
      : width(field_width),
        height(field_height),
        u(static_cast<std::size_t>(field_width) * static_cast<std::size_t>(field_height)),
        v(u.size()) {}

  ImageView<float> u_view() { return {u.data(), width, height, width}; }
  ImageView<float> v_view() { return {v.data(), width, height, width}; }
};

inline FlowField ComputeFlow(FlowEngine& engine, const ImagePair& pair) {
  FlowField field(pair.from.width, pair.from.height);
  const FlowPair task{pair.from.view(), pair.to.view(), field.u_view(), field.v_view()};
  engine.Compute({&task, 1});
  return field;
}

// Index of a pixel in a field or an image whose rows lie `stride` apart.
inline std::size_t PixelIndex(int x, int y, int stride) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(stride) +
         static_cast<std::size_t>(x);
}

inline bool SameBits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

// Values of u and v whose bits differ; the sizes must not.
inline std::size_t DifferentValues(const FlowField& a, const FlowField& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.u.size(); ++i) {
    count += SameBits(a.u[i], b.u[i]) ? 0U : 1U;
    count += SameBits(a.v[i], b.v[i]) ? 0U : 1U;
  }
  return count;
}

// OpenCV's own bits depend on how it was compiled: elsewhere its sums are fused. The exact engine
// gives those of x86-64 everywhere.
#if defined(__x86_64__)
constexpr bool kOpenCvIsReference = true;
#else
constexpr bool kOpenCvIsReference = false;
#endif

// The same for many pairs in one call.
inline std::vector<FlowField> ComputeFlows(FlowEngine& engine,
                                           const std::vector<ImagePair>& pairs) {
  std::vector<FlowField> fields;
  fields.reserve(pairs.size());
  std::vector<FlowPair> tasks;
  for (const ImagePair& pair : pairs) {
    FlowField& field = fields.emplace_back(pair.from.width, pair.from.height);
    tasks.push_back({pair.from.view(), pair.to.view(), field.u_view(), field.v_view()});
  }
  engine.Compute(tasks);
  return fields;
}

}  // namespace mestr::testing

// At the top of a test that compares with OpenCV bit for bit.
#define MESTR_REFERENCE_OPENCV_OR_SKIP() \
  if (!::mestr::testing::kOpenCvIsReference) GTEST_SKIP() << "the reference is OpenCV on x86-64"
