// Images of floats: a view of rows, and memory for them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace mestr::internal {

// A plane of floats that somebody else owns.
template <typename T>
struct Plane {
  T* data = nullptr;
  std::ptrdiff_t pitch = 0;  // floats from row to row

  T* row(int y) const { return data + y * pitch; }
};

// Numbers on a 64-byte boundary; grows, never shrinks.
template <typename T>
class AlignedBuffer {
 public:
  void Reserve(std::ptrdiff_t count) {
    if (count <= capacity_) return;
    data_.reset(static_cast<T*>(
        ::operator new (static_cast<std::size_t>(count) * sizeof(T), std::align_val_t{64})));
    capacity_ = count;
    std::fill_n(data_.get(), count, T{0});  // vectors read past the end of rows
  }
  T* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(T* data) const { ::operator delete (data, std::align_val_t{64}); }
  };
  std::unique_ptr<T, Free> data_;
  std::ptrdiff_t capacity_ = 0;
};

// Up to the next multiple of 64 bytes of floats.
constexpr std::ptrdiff_t RoundUpFloats(std::ptrdiff_t floats) {
  constexpr std::ptrdiff_t kAlignment_floats = 16;
  return (floats + kAlignment_floats - 1) / kAlignment_floats * kAlignment_floats;
}

}  // namespace mestr::internal
