// The words that answers are compared by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mestr::internal {

// Runs of letters a to z (A to Z as these) and digits, in their order; all else only parts them.
std::vector<std::string> WordsOf(std::string_view text);

}  // namespace mestr::internal
