// The library of matrix products that LibTorch calls.
#pragma once

#include <string>

namespace mestr::internal {

// OpenBLAS shares a large product among all processors unless told otherwise, and with their number
// the last bits of results would change. Process-wide; with another library there is nothing to do:
// Debian's other one has one thread, and MKL has LibTorch's.
void UseOneBlasThread();

// "OpenBLAS 0.3.21 ...", "MKL"; empty where it is neither.
std::string BlasDescription();

}  // namespace mestr::internal
