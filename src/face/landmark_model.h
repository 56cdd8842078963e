// The landmark model: Kazemi and Sullivan's regression trees (2014), read from dlib's file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "mestr/core/landmarks.h"

namespace mestr::internal {

inline constexpr std::size_t kLandmarkCount = std::tuple_size_v<Landmarks>;

// x and y of each landmark in turn, in a face box from (0, 0) to (1, 1).
using LandmarkShape = std::array<float, 2 * kLandmarkCount>;

// A pixel that trees look at: so far from a landmark, where the face is as the mean one.
struct LandmarkPixel {
  std::uint32_t landmark = 0;
  float x = 0;
  float y = 0;
};

// To the left child where the first pixel is brighter than the second by more than `threshold`.
struct LandmarkSplit {
  std::uint32_t first_pixel = 0;
  std::uint32_t second_pixel = 0;
  float threshold = 0;
};

// The children of split i are 2 i + 1 and 2 i + 2; those from `splits` on are leaves, of which
// there is one more than of splits. Numbers count from the model's first split and leaf.
struct LandmarkTree {
  std::size_t first_split = 0;
  std::size_t splits = 0;
  std::size_t first_leaf = 0;
};

struct LandmarkLevel {
  std::vector<LandmarkTree> trees;
  std::vector<LandmarkPixel> pixels;
};

// Constant once it is read: threads may share one. Every index in it is within its range.
struct LandmarkModel {
  LandmarkShape mean_shape = {};
  std::vector<LandmarkLevel> levels;
  std::vector<LandmarkSplit> splits;
  std::vector<float> leaves;  // each a LandmarkShape that is added to the shape
};

// dlib's own reader goes through a stream byte by byte, and takes six times as long for the 95 MiB
// (docs/benchmarks.md). Throws Error{kModel} when the file is missing, damaged or no model of 68
// points.
LandmarkModel ReadLandmarkModel(const std::filesystem::path& path);

}  // namespace mestr::internal
