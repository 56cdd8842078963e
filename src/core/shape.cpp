#include "core/shape.h"

#include <functional>
#include <numeric>

namespace mestr::internal {

std::size_t ValuesOf(const std::vector<int>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string ShapeText(const std::vector<int>& shape) {
  std::string text;
  for (const int side : shape) text += (text.empty() ? "" : " x ") + std::to_string(side);
  return text;
}

}  // namespace mestr::internal
