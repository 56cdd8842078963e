// Names of kernels as parts of test names.
#pragma once

#include <cctype>
#include <string>

#include "flow/tvl1_kernels.h"

namespace mestr::internal::tvl1 {

// GoogleTest takes letters and digits only: "AVX-512" becomes "AVX512".
inline std::string TestName(const Kernels& kernels) {
  std::string name;
  for (const char c : std::string(kernels.name)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  }
  return name;
}

}  // namespace mestr::internal::tvl1
