// The words of the TorchScript that a model file holds. It is what LibTorch's serializer writes, a
// small part of Python: no comments, no tabs, no continued lines but in brackets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

struct ScriptToken {
  enum class Kind { kName, kNumber, kText, kSymbol, kNewLine, kIndent, kDedent, kEnd };
  Kind kind;
  std::string_view text;  // of the source; a text keeps its quotes
  int line;               // from 1
};

// Ends with kEnd. The tokens point into `source`. Throws Error{kModel} "<place>:<line>: ..." for
// what no serializer writes.
std::vector<ScriptToken> ScriptTokens(std::string_view source, const std::string& place);

}  // namespace mestr::internal
