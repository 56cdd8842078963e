// How a model file is refused.
#pragma once

#include <string>

namespace mestr::internal {

// Throws Error{kModel} "<place>: <reason>". `place` begins with the file's name.
[[noreturn]] void RefuseModel(const std::string& place, const std::string& reason);

// The same for a file that is whole but does what mestr does not know, with the way to run it
// still.
[[noreturn]] void RefuseUnlessTrusted(const std::string& place, const std::string& reason);

}  // namespace mestr::internal
