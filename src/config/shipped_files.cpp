#include "config/shipped_files.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "core/files.h"
#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

// The folders above <prefix>/bin/mestr, <prefix>/lib/libmestr.so or, with a machine's name in it,
// <prefix>/lib/<machine>/mestr/mestr_compute.so that may be the prefix.
constexpr int kLevelsToPrefix = 4;

// The file that this code is in: the program, the library or the module.
fs::path OwnFile() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&ShippedFile), &info) == 0) return {};
  std::error_code none;  // a program's name may be relative to another folder; then /proc knows
  const fs::path named = fs::canonical(info.dli_fname, none);
  return none ? fs::read_symlink("/proc/self/exe", none) : named;
}

}  // namespace

fs::path ShippedFile(const fs::path& relative) {
  std::vector<fs::path> roots;
  if (const char* configured = std::getenv("MESTR_DATA")) roots.emplace_back(configured);
  fs::path above = OwnFile();
  for (int i = 0; i < kLevelsToPrefix; ++i) {
    above = above.parent_path();
    roots.push_back(above / "share" / "mestr");
  }
  roots.emplace_back(MESTR_SOURCE_DIR);
  for (const fs::path& root : roots) {
    if (Exists(root / relative)) return root / relative;
  }
  throw Error(ErrorKind::kConfig, "cannot find mestr's own file " + relative.string() +
                                      "; set MESTR_DATA to the folder that holds it");
}

std::vector<std::string> ShippedConfigs() {
  std::error_code none;
  fs::path folder;
  try {
    folder = ShippedFile("configs");
  } catch (const Error&) {
    return {};
  }
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().stem().string();
    // How labels of a data set are read, which is another program's.
    if (name.starts_with("emotions_") || entry.path().extension() != ".yaml") continue;
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace mestr::internal
