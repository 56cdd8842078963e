// Whether the TorchScript of a model file is what a network needs, and nothing else.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/model_archive.h"
#include "model/script_types.h"

namespace mestr::internal {

struct ScriptClass {
  bool is_module = false;
  // What an object of it holds; constants and methods are not among them.
  std::vector<std::pair<std::string, ScriptType>> attributes;
};

// What the code defines; names are whole: "__torch__.network.Head".
struct ScriptDefinitions {
  std::map<std::string, ScriptClass> classes;
  std::set<std::string> functions;
  std::set<std::string> methods;  // of all classes, without them
};

// Reads all of code/. Throws Error{kModel} "<file>: code/...py:<line>: ..." for
//   - a line that LibTorch's serializer does not write,
//   - an operator that is not known (model/operators.h), a call of anything but such an operator or
//     what the code itself defines,
//   - __setstate__ and __getstate__, which run on loading, and a default or a constant that is more
//     than a literal, which does, too,
//   - a constant CONSTANTS.cN with N >= `constants`.
ScriptDefinitions CheckScript(const ModelEntries& entries, std::size_t constants,
                              const std::string& file);

}  // namespace mestr::internal
