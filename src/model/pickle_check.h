// Whether the pickles of a model file hold what its code declares.
#pragma once

#include <cstddef>
#include <string>

#include "model/model_archive.h"
#include "model/script_check.h"

namespace mestr::internal {

// How many constants constants.pkl holds. Throws as CheckPickledObjects does.
std::size_t CountPickledConstants(const ModelEntries& entries, const ModelLimits& limits,
                                  const std::string& file);

// Checks data.pkl: a module of a class of the code, each attribute of the declared type, each
// tensor within the entry that holds its values. LibTorch takes all of that as given, and reads
// past the end of memory where it is not so. Throws Error{kModel} "<file>: data.pkl: ...".
void CheckPickledObjects(const ModelEntries& entries, const ScriptDefinitions& definitions,
                         const ModelLimits& limits, const std::string& file);

}  // namespace mestr::internal
