// A view of one channel of pixels that somebody else owns.
#pragma once

#include <cstddef>

namespace mestr {

// Row-major, `stride` elements from one row to the next (>= width). Nothing past the last pixel of
// a row is read or written. The view is valid as long as its owner.
template <typename T>
struct ImageView {
  T* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;

  T* row(int y) const { return data + y * stride; }
};

}  // namespace mestr
