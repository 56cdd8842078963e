// Smooth noise in space, fixed to whatever its coordinates are fixed to.
#pragma once

#include <cstdint>
#include <opencv2/core/matx.hpp>

namespace mestr::internal::synth {

// -1 to 1, with features of about the size 1.
float Noise(const cv::Vec3f& at, std::uint32_t seed);

// Several sizes of it, each half as large and as strong; about -1 to 1.
float FractalNoise(cv::Vec3f at, int octaves, std::uint32_t seed);

}  // namespace mestr::internal::synth
