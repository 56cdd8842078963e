// What is looked at in a model file before anything of it runs. Nothing here needs LibTorch.
#pragma once

#include <string>
#include <string_view>

#include "mestr/core/model_file.h"
#include "mestr/model/network.h"

namespace mestr::internal {

struct CheckedModel {
  ModelInfo info;
  std::string archive;  // what LibTorch may load: the entries that were checked, and no others
};

// Throws Error{kModel} that begins with `file`, in this order: no archive or a damaged one, too
// large, no good record, and, unless it is trusted, code or pickles with more in them than a
// network needs (model/script_check.h, model/pickle_check.h).
CheckedModel CheckModelArchive(std::string_view bytes, bool trusted, const ModelLimits& limits,
                               const std::string& file);

}  // namespace mestr::internal
