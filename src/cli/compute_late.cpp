// LoadCompute of the program.
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "cli/compute.h"
#include "cli/late_module.h"
#include "core/files.h"

namespace mestr::cli {
namespace fs = std::filesystem;
namespace {

fs::path ModulePath() {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
  const fs::path beside = program / kComputeFile;
  if (internal::Exists(beside)) return beside;
  return program / MESTR_MODULE_FROM_PROGRAM / kComputeFile;
}

const Compute& Load() {
  // OpenBLAS starts a thread a processor when it is loaded, each of which looks for work for a
  // while; LibTorch's layer gives it one thread anyway (model/blas.h).
  ::setenv("OPENBLAS_NUM_THREADS", "1", /*overwrite=*/0);
  return TableOfModule<Compute>(ModulePath(), kComputeEntry, kCrossingSizes);
}

}  // namespace

const Compute& LoadCompute() {
  static const Compute& calls = Load();
  return calls;
}

}  // namespace mestr::cli
