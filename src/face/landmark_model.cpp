#include "face/landmark_model.h"

#include <cstdlib>
#include <limits>
#include <string>

#include "core/files.h"
#include "face/packed_stream.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Damaged = PackedStream::Damaged;

constexpr std::int64_t kFormat = 1;
// Least bytes that something takes in the file.
constexpr std::uint64_t kIntegerBytes = 2;
constexpr std::uint64_t kNumberBytes = 2 * kIntegerBytes;

// Read before the pixels are known, whose number bounds them.
constexpr std::size_t kMostPixels = std::numeric_limits<std::uint32_t>::max();

// Rows and columns of a matrix with one column; dlib's newer files have both negated.
std::int64_t ReadRows(PackedStream& file) {
  const std::int64_t rows = file.Integer();
  const std::int64_t columns = file.Integer();
  if (std::abs(columns) != 1 || (rows < 0) != (columns < 0)) throw Damaged{};
  return std::abs(rows);
}

void ReadLeaves(PackedStream& file, std::size_t count, std::vector<float>& leaves) {
  for (std::size_t leaf = 0; leaf < count; ++leaf) {
    if (ReadRows(file) != std::int64_t{std::tuple_size_v<LandmarkShape>}) throw Damaged{};
    const std::size_t first = leaves.size();
    leaves.resize(first + std::tuple_size_v<LandmarkShape>);
    for (std::size_t i = first; i < leaves.size(); ++i) leaves[i] = file.Number();
  }
}

LandmarkTree ReadTree(PackedStream& file, LandmarkModel& model) {
  const std::size_t splits = file.Count(2 * kIntegerBytes + kNumberBytes);
  const LandmarkTree tree = {.first_split = model.splits.size(),
                             .splits = splits,
                             .first_leaf = model.leaves.size() / std::tuple_size_v<LandmarkShape>};
  for (std::size_t i = 0; i < splits; ++i) {
    LandmarkSplit split;
    split.first_pixel = file.Index(kMostPixels);
    split.second_pixel = file.Index(kMostPixels);
    split.threshold = file.Number();
    model.splits.push_back(split);
  }
  const std::size_t leaves = file.Count(kNumberBytes);
  if (leaves != splits + 1) throw Damaged{};
  ReadLeaves(file, leaves, model.leaves);
  return tree;
}

void ReadTrees(PackedStream& file, LandmarkModel& model) {
  model.levels.resize(file.Count(kIntegerBytes));
  for (LandmarkLevel& level : model.levels) {
    level.trees.resize(file.Count(kIntegerBytes));
    for (LandmarkTree& tree : level.trees) tree = ReadTree(file, model);
  }
}

void ReadPixels(PackedStream& file, LandmarkModel& model) {
  if (file.Count(kIntegerBytes) != model.levels.size()) throw Damaged{};
  for (LandmarkLevel& level : model.levels) {
    level.pixels.resize(file.Count(kIntegerBytes));
    for (LandmarkPixel& pixel : level.pixels) pixel.landmark = file.Index(kLandmarkCount);
  }
  if (file.Count(kIntegerBytes) != model.levels.size()) throw Damaged{};
  for (LandmarkLevel& level : model.levels) {
    if (file.Count(kNumberBytes) != level.pixels.size()) throw Damaged{};
    for (LandmarkPixel& pixel : level.pixels) {
      pixel.x = file.Number();
      pixel.y = file.Number();
    }
  }
}

void CheckSplits(const LandmarkModel& model) {
  for (const LandmarkLevel& level : model.levels) {
    for (const LandmarkTree& tree : level.trees) {
      for (std::size_t i = 0; i < tree.splits; ++i) {
        const LandmarkSplit& split = model.splits[tree.first_split + i];
        if (split.first_pixel >= level.pixels.size()) throw Damaged{};
        if (split.second_pixel >= level.pixels.size()) throw Damaged{};
      }
    }
  }
}

void RequireLandmarks(std::int64_t shape_values, const fs::path& path) {
  if (shape_values == std::int64_t{std::tuple_size_v<LandmarkShape>}) return;
  throw Error(ErrorKind::kModel, "the landmark model " + path.string() + " has " +
                                     std::to_string(shape_values / 2) +
                                     " points; the 68-point model is needed");
}

LandmarkModel Read(PackedStream& file, const fs::path& path) {
  if (file.Integer() != kFormat) throw Damaged{};
  RequireLandmarks(ReadRows(file), path);
  LandmarkModel model;
  for (float& value : model.mean_shape) value = file.Number();
  // Nothing of it is touched before it is needed.
  model.leaves.reserve(FileBytes(path).value_or(0) / kNumberBytes);
  ReadTrees(file, model);
  ReadPixels(file, model);
  CheckSplits(model);
  return model;
}

}  // namespace

LandmarkModel ReadLandmarkModel(const fs::path& path) {
  try {
    PackedStream file(path);
    return Read(file, path);
  } catch (const Damaged&) {
    throw Error(ErrorKind::kModel, "cannot read the landmark model " + path.string() +
                                       ": the file is missing or is no dlib shape predictor");
  }
}

}  // namespace mestr::internal
