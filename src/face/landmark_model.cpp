#include "face/landmark_model.h"

#include <cstdlib>
#include <limits>
#include <string>

#include "face/packed_numbers.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

using Damaged = PackedNumbers::Damaged;

constexpr std::int64_t kFormat = 1;
constexpr std::int64_t kShapeValues = std::tuple_size_v<LandmarkShape>;
// Least bytes that something takes in the file.
constexpr std::size_t kIntegerBytes = 2;
constexpr std::size_t kNumberBytes = 2 * kIntegerBytes;
// Two counts and a leaf, whose matrix has two sizes.
constexpr std::size_t kTreeBytes = 4 * kIntegerBytes + kShapeValues * kNumberBytes;

// Of any matrix; std::abs of the least integer is none, and so it is asked before.
constexpr std::int64_t kMostRows = std::int64_t{1} << 32U;

// Trees come before the pixels, whose number bounds those that they name.
constexpr std::size_t kMostPixels = std::numeric_limits<std::uint32_t>::max();

std::unique_ptr<const MappedFile> Open(const fs::path& path) {
  try {
    return std::make_unique<const MappedFile>(path);
  } catch (const Error&) {
    throw Damaged{};
  }
}

// Of a matrix with one column; dlib's newer files have both sizes negated.
std::int64_t ReadRows(PackedNumbers& file) {
  const std::int64_t rows = file.Integer();
  const std::int64_t columns = file.Integer();
  if (columns != 1 && columns != -1) throw Damaged{};
  if (rows < -kMostRows || rows > kMostRows) throw Damaged{};
  return std::abs(rows);
}

void CheckSplits(std::span<const LandmarkLevel> levels, std::span<const LandmarkSplit> splits) {
  for (const LandmarkLevel& level : levels) {
    for (const LandmarkTree& tree : level.trees) {
      for (const LandmarkSplit& split : splits.subspan(tree.first_split, tree.splits)) {
        if (split.first_pixel >= level.pixels.size()) throw Damaged{};
        if (split.second_pixel >= level.pixels.size()) throw Damaged{};
      }
    }
  }
}

void RequireLandmarks(std::int64_t shape_values, const fs::path& path) {
  if (shape_values == kShapeValues) return;
  throw Error(ErrorKind::kModel, "the landmark model " + path.string() + " has " +
                                     std::to_string(shape_values / 2) +
                                     " points; the 68-point model is needed");
}

}  // namespace

// Reads all but the leaves.
class LandmarkModel::Reader {
 public:
  Reader(LandmarkModel& model, PackedNumbers& file) : model_(model), file_(file) {}

  void Read(const fs::path& path) {
    if (file_.Integer() != kFormat) throw Damaged{};
    RequireLandmarks(ReadRows(file_), path);
    for (float& value : model_.mean_shape_) value = file_.Number();
    ReadTrees();
    ReadPixels();
    CheckSplits(model_.levels_, model_.splits_);
  }

 private:
  void ReadTrees() {
    // Each has a number of pixels and one of their places, too.
    const std::size_t levels = file_.Count(3 * kIntegerBytes);
    for (std::size_t i = 0; i < levels; ++i) {
      LandmarkLevel level;
      level.trees.resize(file_.Count(kTreeBytes));
      for (LandmarkTree& tree : level.trees) tree = ReadTree();
      model_.levels_.push_back(std::move(level));
    }
  }

  LandmarkTree ReadTree() {
    const std::size_t splits = file_.Count(2 * kIntegerBytes + kNumberBytes);
    const LandmarkTree tree = {.first_split = model_.splits_.size(),
                               .splits = splits,
                               .first_leaf = model_.leaf_places_.size()};
    for (std::size_t i = 0; i < splits; ++i) {
      LandmarkSplit split;
      split.first_pixel = file_.Index(kMostPixels);
      split.second_pixel = file_.Index(kMostPixels);
      split.threshold = file_.Number();
      model_.splits_.push_back(split);
    }
    if (file_.Count(kNumberBytes) != splits + 1) throw Damaged{};
    for (std::size_t i = 0; i <= splits; ++i) PassLeaf();
    return tree;
  }

  void PassLeaf() {
    if (ReadRows(file_) != kShapeValues) throw Damaged{};
    model_.leaf_places_.push_back(file_.place());
    file_.SkipNumbers(kShapeValues);
  }

  void ReadPixels() {
    if (file_.Count(kIntegerBytes) != model_.levels_.size()) throw Damaged{};
    for (LandmarkLevel& level : model_.levels_) {
      level.pixels.resize(file_.Count(kIntegerBytes));
      for (LandmarkPixel& pixel : level.pixels) pixel.landmark = file_.Index(kLandmarkCount);
    }
    if (file_.Count(kIntegerBytes) != model_.levels_.size()) throw Damaged{};
    for (LandmarkLevel& level : model_.levels_) {
      if (file_.Count(kNumberBytes) != level.pixels.size()) throw Damaged{};
      for (LandmarkPixel& pixel : level.pixels) {
        pixel.x = file_.Number();
        pixel.y = file_.Number();
      }
    }
  }

  LandmarkModel& model_;
  PackedNumbers& file_;
};

LandmarkModel::LandmarkModel(const fs::path& path) {
  try {
    file_ = Open(path);
    PackedNumbers numbers(file_->bytes());
    Reader(*this, numbers).Read(path);
  } catch (const Damaged&) {
    throw Error(ErrorKind::kModel, "cannot read the landmark model " + path.string() +
                                       ": the file is missing or is no dlib shape predictor");
  }
  read_leaves_ = std::vector<std::atomic<const LandmarkShape*>>(leaf_places_.size());
}

LandmarkModel::~LandmarkModel() {
  for (const auto& leaf : read_leaves_) delete leaf.load();
}

// Where two threads read the same one, the first one's is kept.
const LandmarkShape& LandmarkModel::ReadLeaf(std::size_t leaf) const {
  auto read = std::make_unique<LandmarkShape>();
  PackedNumbers numbers(file_->bytes().subspan(leaf_places_[leaf]));
  for (float& value : *read) value = numbers.Number();
  const LandmarkShape* known = nullptr;
  if (!read_leaves_[leaf].compare_exchange_strong(known, read.get(), std::memory_order_acq_rel)) {
    return *known;
  }
  return *read.release();
}

}  // namespace mestr::internal
