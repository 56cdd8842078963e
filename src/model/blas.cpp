#include "model/blas.h"

#include <ATen/Context.h>
#include <dlfcn.h>

namespace mestr::internal {
namespace {

// Debian chooses what libblas.so.3 is when a package is installed, so the name is looked for when
// the program runs; null where the library has no such function.
template <typename Function>
Function* BlasFunction(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void UseOneBlasThread() {
  static const bool done = [] {
    if (auto* const set = BlasFunction<void(int)>("openblas_set_num_threads")) set(1);
    return true;
  }();
  static_cast<void>(done);
}

std::string BlasDescription() {
  if (auto* const config = BlasFunction<char*()>("openblas_get_config")) return config();
  return at::hasMKL() ? "MKL" : "";
}

}  // namespace mestr::internal
