// Shapes of arrays, largest stride first.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mestr::internal {

// The product of the sides.
std::size_t ValuesOf(const std::vector<int>& shape);

// "3 x 42 x 42"
std::string ShapeText(const std::vector<int>& shape);

}  // namespace mestr::internal
