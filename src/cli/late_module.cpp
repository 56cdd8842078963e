#include "cli/late_module.h"

#include <dlfcn.h>

#include "mestr/core/error.h"

namespace mestr::cli {

const void* EntryOfModule(const std::filesystem::path& path, const char* entry) {
  void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    throw Error(ErrorKind::kConfig, "cannot load " + path.string() + ": " + ::dlerror() +
                                        "; install or build mestr again");
  }
  using Entry = const void* (*)();
  const auto function = reinterpret_cast<Entry>(::dlsym(module, entry));
  return function == nullptr ? nullptr : function();
}

void RefuseModule(const std::filesystem::path& path) {
  throw Error(ErrorKind::kConfig, path.string() + " is not of this program's build, " + Version() +
                                      "; install or build mestr again");
}

}  // namespace mestr::cli
