// A NumPy file written row by row.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

namespace mestr::internal {

// [rows, shape...] of float16 or float32, C order, little endian, format version 1.0. The count of
// rows is filled in at the end.
class NpyWriter {
 public:
  // Throws Error{kConfig} when the file cannot be opened.
  NpyWriter(const std::filesystem::path& path, const std::vector<int>& row_shape, bool half);

  // `row` has the product of the row's shape. Half precision rounds to nearest even.
  void Add(std::span<const float> row);

  // Throws Error{kConfig} when not everything could be written (disk full).
  void Finish();

  std::int64_t rows() const { return rows_; }

 private:
  void WriteHeader();

  std::filesystem::path path_;
  std::vector<int> row_shape_;
  bool half_;
  std::ofstream file_;
  std::vector<std::uint16_t> half_row_;
  std::int64_t rows_ = 0;
};

}  // namespace mestr::internal
