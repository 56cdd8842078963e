#include "synth/noise.h"

#include <cmath>

namespace mestr::internal::synth {
namespace {

// -1 to 1, of a lattice point (the finaliser of MurmurHash3).
float Lattice(int x, int y, int z, std::uint32_t seed) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x8da6b343u ^
                    static_cast<std::uint32_t>(y) * 0xd8163841u ^
                    static_cast<std::uint32_t>(z) * 0xcb1ab31fu ^ seed * 0x9e3779b9u;
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  h ^= h >> 16;
  return static_cast<float>(h >> 8) * 0x1p-23F - 1;
}

float Blend(float a, float b, float t) { return a + (b - a) * t; }

float Smooth(float t) { return t * t * (3 - 2 * t); }

}  // namespace

float Noise(const cv::Vec3f& at, std::uint32_t seed) {
  const float fx = std::floor(at[0]);
  const float fy = std::floor(at[1]);
  const float fz = std::floor(at[2]);
  const int x = static_cast<int>(fx);
  const int y = static_cast<int>(fy);
  const int z = static_cast<int>(fz);
  const float u = Smooth(at[0] - fx);
  const float v = Smooth(at[1] - fy);
  const float w = Smooth(at[2] - fz);
  const auto plane = [&](int at_z) {
    return Blend(Blend(Lattice(x, y, at_z, seed), Lattice(x + 1, y, at_z, seed), u),
                 Blend(Lattice(x, y + 1, at_z, seed), Lattice(x + 1, y + 1, at_z, seed), u), v);
  };
  return Blend(plane(z), plane(z + 1), w);
}

float FractalNoise(cv::Vec3f at, int octaves, std::uint32_t seed) {
  float sum = 0;
  float strength = 0.6F;
  for (int i = 0; i < octaves; ++i) {
    sum += strength * Noise(at, seed + static_cast<std::uint32_t>(i));
    at *= 2.03F;
    strength *= 0.5F;
  }
  return sum;
}

}  // namespace mestr::internal::synth
