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
  // Each throws Error{kConfig} naming the file and the system's reason when it cannot be written.
  NpyWriter(const std::filesystem::path& path, const std::vector<int>& row_shape, bool half);

  // `row` has the product of the row's shape. Half precision rounds to nearest even.
  void Add(std::span<const float> row);

  void Finish();

  // Of a file with so many rows.
  static std::uintmax_t FileBytes(std::int64_t rows, const std::vector<int>& row_shape, bool half);

 private:
  void WriteHeader();
  void CheckWritten() const;

  std::filesystem::path path_;
  std::vector<int> row_shape_;
  bool half_;
  std::ofstream file_;
  std::vector<std::uint16_t> half_row_;
  std::int64_t rows_ = 0;
};

}  // namespace mestr::internal
