// The zip that a model file is.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "mestr/core/model_file.h"

namespace mestr::internal {

// Content by name below the archive's one folder: "data.pkl", "code/__torch__.py", "data/0".
using ModelEntries = std::map<std::string, std::string>;

// The entries of a model file, each of a kind that LibTorch writes. Throws Error{kModel} that
// begins with `file`: no zip or a damaged one; a name that is there twice or unknown; more than
// `limits.most_mib` unpacked, or more entries, code or pickles than any network has.
ModelEntries UnpackModel(std::string_view bytes, const ModelLimits& limits,
                         const std::string& file);

// A zip of these entries alone, without compression. What LibTorch reads is then what was checked,
// whatever another reader of zips would have seen in the original.
std::string PackModel(const ModelEntries& entries);

}  // namespace mestr::internal
