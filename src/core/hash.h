// A short name for a long text.
#pragma once

#include <string>
#include <string_view>

namespace mestr::internal {

// FNV-1a of 64 bits as 16 hexadecimal digits, the same everywhere. It tells texts apart that were
// not made to be alike.
std::string HashText(std::string_view text);

}  // namespace mestr::internal
