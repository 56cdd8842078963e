// What the CUDA engine is compared with the exact one on, with its kernel run by the CPU and by a
// device.
#pragma once

#include <array>
#include <vector>

#include "flow/flow_pairs.h"

namespace mestr::testing {
using namespace internal;

// Every noise meets every motion within 20 pairs.
inline std::vector<ImagePair> NoisyAndMovingPairs(int width, int height, int count) {
  constexpr std::array kNoises = {0.0, 0.5, 1.0, 3.0};
  constexpr std::array kMotions_px = {0.0, 0.3, 1.0, 2.5, 4.0};
  std::vector<ImagePair> pairs;
  for (int i = 0; i < count; ++i) {
    const auto n = static_cast<std::size_t>(i);
    const double motion_px = kMotions_px[n % kMotions_px.size()];
    pairs.push_back(MakePair({.width = width,
                              .height = height,
                              .seed = static_cast<unsigned>(1000 * width + height + i),
                              .noise = kNoises[n % kNoises.size()],
                              .shift_px = motion_px / 2,
                              .bump_px = motion_px / 2}));
  }
  return pairs;
}

inline std::vector<ImagePair> FlatBlackIdenticalAndPointPairs() {
  std::vector<ImagePair> pairs = {MakeFlatPair(33, 24, 0, 0), MakeFlatPair(33, 24, 255, 255),
                                  MakeFlatPair(33, 24, 0, 255), MakeFlatPair(33, 24, 100, 101)};
  pairs.push_back(MakePair({.width = 33, .height = 24, .noise = 1}));
  pairs.back().to = pairs.back().from;
  pairs.back().name += " identical";
  pairs.push_back(MakeFlatPair(33, 24, 10, 10));
  pairs.back().name += " with a point";
  pairs.back().from.pixels[33 * 5 + 7] = 200;
  pairs.back().to.pixels[33 * 5 + 8] = 200;
  return pairs;
}

// Each with something that is not as by default.
inline std::vector<Tvl1Options> OtherOptions() {
  return {{.scales = 1},
          {.scale_step = 0.5},
          {.scale_step = 0.7},
          {.scale_step = 0.99},
          {.warps = 1},
          {.inner_iterations = 1, .outer_iterations = 3},
          {.outer_iterations = 1},
          {.median_filtering = 1},
          {.median_filtering = 3},
          {.tau = 0.1, .lambda = 0.05, .theta = 0.5, .epsilon = 0.002}};
}

}  // namespace mestr::testing
