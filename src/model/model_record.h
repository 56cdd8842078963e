// The record "mestr.json" inside a model file.
#pragma once

#include <string>

#include "mestr/model/network.h"

namespace mestr::internal {

inline constexpr char kRecordName[] = "mestr.json";
inline constexpr int kRecordFormat = 4;  // 1 to 3 are read, too

// Reads and checks every field. Throws Error{kModel} that begins with `origin` and names the field.
ModelInfo ParseModelRecord(const std::string& json, const std::string& origin);

// The first field in which two members of an ensemble differ although they must agree, or an empty
// text.
std::string FieldThatDiffers(const ModelInfo& a, const ModelInfo& b);

}  // namespace mestr::internal
