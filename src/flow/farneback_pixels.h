// What the kernels of Farneback's flow share, pixel by pixel.
#pragma once

#include <array>

#include "flow/farneback_kernels.h"

namespace mestr::internal::farneback {

// The polynomial at (x, y), px, between pixels. False where that is not between four of them.
bool PolynomialAt(const Channels& polynomials, float x, float y,
                  std::array<float, kChannels>& polynomial);

}  // namespace mestr::internal::farneback
