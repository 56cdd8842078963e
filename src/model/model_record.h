// The record "mestr.json" inside a model file.
#pragma once

#include <string>

#include "mestr/model/mean_model.h"

namespace mestr {

inline constexpr char kRecordName[] = "mestr.json";
inline constexpr int kRecordFormat = 1;
inline constexpr char kFeatureKind[] = "mean-v1";

// Reads and checks every field. Throws Error{kModel} that begins with `origin` and names the field.
ModelInfo ParseModelRecord(const std::string& json, const std::string& origin);

// The first field in which two members of an ensemble differ although they must agree, or an empty
// text.
std::string FieldThatDiffers(const ModelInfo& a, const ModelInfo& b);

}  // namespace mestr
