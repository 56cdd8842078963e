#include "synth/camera.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mestr::internal::synth {
namespace {

// The normal distribution in 4096 equally likely values, sigma 1: fine enough for gray levels that
// are rounded, and quick to draw from.
class NoiseTable {
 public:
  static constexpr int kBits = 12;
  static constexpr int kSize = 1 << kBits;

  static const NoiseTable& Get() {
    static const NoiseTable table;
    return table;
  }
  float At(std::uint64_t bits) const { return values_[bits % kSize]; }

 private:
  NoiseTable() {
    std::array<double, kSize> values;
    double squares = 0;
    for (int i = 0; i < kSize; ++i) {
      values[i] = NormalQuantile((i + 0.5) / kSize);
      squares += values[i] * values[i];
    }
    const double sigma = std::sqrt(squares / kSize);
    for (int i = 0; i < kSize; ++i) values_[i] = static_cast<float>(values[i] / sigma);
  }

  std::array<float, kSize> values_;
};

std::uint8_t Rounded(float value) {
  // Adding 1/2 and cutting off is exact here, and one instruction for four values.
  constexpr float kHalf = 0.5F;
  const float shifted = std::min(std::max(value, 0.0F), 255.0F) + kHalf;
  return static_cast<std::uint8_t>(shifted);
}

}  // namespace

Flicker::Flicker(Random random, double amplitude)
    : daylight_(random),
      amplitude_(amplitude),
      light_hz_(random.Index(2) == 0 ? 100 : 120),
      phase_turns_(random.Unit()) {
  // The mains' frequency is never quite the nominal one.
  light_hz_ *= 1 + random.Uniform(-0.003, 0.003);
}

double Flicker::GainAt(double time_s) const {
  return 1 +
         amplitude_ * 0.5 * (SinTurns(phase_turns_ + light_hz_ * time_s) + daylight_.At(time_s));
}

void ExposeRow(std::span<const Canvas::Pixel> row, float gain, float noise_sigma,
               std::uint64_t seed, cv::Vec3b* out_bgr) {
  const NoiseTable& table = NoiseTable::Get();
  constexpr int kPixelsPerDraw = 64 / NoiseTable::kBits;
  for (size_t x = 0; x < row.size();) {
    std::uint64_t bits = Mix(seed++);
    const size_t end = std::min(row.size(), x + kPixelsPerDraw);
    for (; x < end; ++x, bits >>= NoiseTable::kBits) {
      const float noise = noise_sigma * table.At(bits);
      for (int k = 0; k < 3; ++k) out_bgr[x][k] = Rounded(row[x].c[k] * gain + noise);
    }
  }
}

}  // namespace mestr::internal::synth
