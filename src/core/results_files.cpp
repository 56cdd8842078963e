#include "core/results_files.h"

#include <nlohmann/json.hpp>

#include "core/record_file.h"

namespace mestr::internal {

bool IsVideoFileName(const nlohmann::ordered_json& name, std::string_view ending) {
  const std::string folder = std::string(kVideosFolder) + "/";
  if (!name.is_string()) return false;
  const auto& text = name.get_ref<const std::string&>();
  return text.starts_with(folder) && text.ends_with(ending) &&
         IsNameInFolder(text.substr(folder.size()));
}

}  // namespace mestr::internal
