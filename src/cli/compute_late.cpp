// LoadCompute of the program.
#include <dlfcn.h>

#include <string_view>
#include <system_error>

#include "cli/compute.h"
#include "core/files.h"
#include "mestr/core/error.h"
#include "mestr/core/version.h"

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
  const fs::path path = ModulePath();
  // Kept open until the process ends.
  void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    throw Error(ErrorKind::kConfig, "cannot load " + path.string() + ": " + ::dlerror() +
                                        "; install or build mestr again");
  }
  using Entry = const Compute* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(module, kComputeEntry));
  const Compute* const calls = entry == nullptr ? nullptr : entry();
  if (calls == nullptr || std::string_view(calls->version) != Version() ||
      calls->sizes != kCrossingSizes) {
    throw Error(ErrorKind::kConfig, path.string() + " is not of this program's build, " +
                                        Version() + "; install or build mestr again");
  }
  return *calls;
}

}  // namespace

const Compute& LoadCompute() {
  static const Compute& calls = Load();
  return calls;
}

}  // namespace mestr::cli
