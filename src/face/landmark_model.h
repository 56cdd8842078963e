// The landmark model: Kazemi and Sullivan's regression trees (2014), in dlib's file.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "face/mapped_file.h"
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
// there is one more than of splits. Both count from the model's first.
struct LandmarkTree {
  std::size_t first_split = 0;
  std::size_t splits = 0;
  std::size_t first_leaf = 0;
};

struct LandmarkLevel {
  std::vector<LandmarkTree> trees;
  std::vector<LandmarkPixel> pixels;
};

// A face touches a sixteenth of the 95 MiB, so that leaves stay in the file until one is asked for:
// a start costs a look at the numbers' sizes, and no memory (docs/benchmarks.md). Threads may share
// a model.
class LandmarkModel {
 public:
  // Throws Error{kModel} when the file is missing, damaged or no model of 68 points.
  explicit LandmarkModel(const std::filesystem::path& path);
  ~LandmarkModel();
  LandmarkModel(const LandmarkModel&) = delete;
  LandmarkModel& operator=(const LandmarkModel&) = delete;

  const LandmarkShape& mean_shape() const { return mean_shape_; }
  // Every index in them is within its range.
  std::span<const LandmarkLevel> levels() const { return levels_; }
  std::span<const LandmarkSplit> splits() const { return splits_; }
  std::size_t leaves() const { return leaf_places_.size(); }

  // What is added to the shape.
  const LandmarkShape& Leaf(std::size_t leaf) const {
    const LandmarkShape* const known = read_leaves_[leaf].load(std::memory_order_acquire);
    return known != nullptr ? *known : ReadLeaf(leaf);
  }

 private:
  class Reader;
  const LandmarkShape& ReadLeaf(std::size_t leaf) const;

  std::unique_ptr<const MappedFile> file_;
  LandmarkShape mean_shape_ = {};
  std::vector<LandmarkLevel> levels_;
  std::vector<LandmarkSplit> splits_;
  std::vector<std::size_t> leaf_places_;  // in the file
  mutable std::vector<std::atomic<const LandmarkShape*>> read_leaves_;
};

}  // namespace mestr::internal
