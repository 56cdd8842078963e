#include "cli/usual_output.h"

#include <filesystem>
#include <system_error>

#include "core/file_names.h"
#include "core/files.h"
#include "core/results_files.h"
#include "mestr/core/error.h"

namespace mestr::cli {
using namespace internal;
namespace fs = std::filesystem;
namespace {

constexpr char kEnding[] = "_mestr";
constexpr char kOfSeveral[] = "mestr_results";

}  // namespace

std::string UsualOutput(const std::vector<std::string>& inputs) {
  if (inputs.size() != 1) return kOfSeveral;
  std::error_code gone;  // the working folder
  const std::string name = InputName(fs::absolute(inputs.front(), gone).lexically_normal());
  if (name.empty()) return kOfSeveral;  // "/"
  return ShortenedFileName(SafeFileName(name), kMostFileNameBytes - sizeof(kEnding)) + kEnding;
}

void CheckUsualOutput(const std::string& output) {
  const fs::path folder = output;
  std::error_code error;
  const bool is_free = !Exists(folder) || (IsFolder(folder) && fs::is_empty(folder, error));
  if (is_free || Exists(folder / kRunFile)) return;
  throw Error(ErrorKind::kConfig, "results would go to " + output +
                                      ", which is there and holds something else; name a folder "
                                      "with -o");
}

}  // namespace mestr::cli
