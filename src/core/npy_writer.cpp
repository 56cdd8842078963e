#include "core/npy_writer.h"

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <functional>
#include <numeric>
#include <string>

#include "core/files.h"

namespace mestr::internal {

static_assert(std::endian::native == std::endian::little, "rows are written as they lie in memory");

namespace {

constexpr std::size_t kHeaderBytes = 128;  // a multiple of 64 with room for any count of rows

}  // namespace

std::uintmax_t NpyWriter::FileBytes(std::int64_t rows, const std::vector<int>& row_shape,
                                    bool half) {
  const auto values =
      std::accumulate(row_shape.begin(), row_shape.end(), std::uintmax_t{1}, std::multiplies<>());
  return kHeaderBytes + static_cast<std::uintmax_t>(rows) * values *
                            (half ? sizeof(std::uint16_t) : sizeof(float));
}

NpyWriter::NpyWriter(const std::filesystem::path& path, const std::vector<int>& row_shape,
                     bool half)
    : path_(path), row_shape_(row_shape), half_(half), file_(path, std::ios::binary) {
  WriteHeader();
  CheckWritten();
}

void NpyWriter::Add(std::span<const float> row) {
  if (half_) {
    half_row_.resize(row.size());
    std::transform(row.begin(), row.end(), half_row_.begin(), [](float value) {
      return Eigen::numext::bit_cast<std::uint16_t>(Eigen::half(value));
    });
    file_.write(reinterpret_cast<const char*>(half_row_.data()),
                static_cast<std::streamsize>(half_row_.size() * sizeof(std::uint16_t)));
  } else {
    file_.write(reinterpret_cast<const char*>(row.data()),
                static_cast<std::streamsize>(row.size() * sizeof(float)));
  }
  CheckWritten();
  ++rows_;
}

void NpyWriter::Finish() {
  file_.seekp(0);
  WriteHeader();
  file_.close();
  CheckWritten();
}

void NpyWriter::CheckWritten() const {
  if (!file_) ThrowCannotWrite(path_, std::strerror(errno));
}

void NpyWriter::WriteHeader() {
  std::string dict = std::string("{'descr': '") + (half_ ? "<f2" : "<f4") +
                     "', 'fortran_order': False, 'shape': (" + std::to_string(rows_);
  for (const int size : row_shape_) dict += ", " + std::to_string(size);
  dict += "), }";
  constexpr std::size_t kPreambleBytes = 10;
  dict.resize(kHeaderBytes - kPreambleBytes - 1, ' ');
  dict += '\n';
  const auto size = static_cast<char>(dict.size());
  file_ << "\x93NUMPY" << '\x01' << '\x00' << size << '\x00' << dict;
}

}  // namespace mestr::internal
