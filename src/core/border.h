// Where another library's exceptions end.
#pragma once

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "mestr/core/error.h"

namespace mestr::internal {

// The first line of a message, without blanks around it.
inline std::string FirstLine(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  text = text.substr(0, text.find('\n'));
  return std::string(text.substr(0, text.find_last_not_of(" \t\r") + 1));
}

// Runs `call`. What it throws that is neither ours nor a lack of memory becomes an Error of `kind`:
// "<who> failed: <its first line>".
template <typename Call>
auto AtBorder(ErrorKind kind, std::string_view who, const Call& call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(kind, std::string(who) + " failed: " + FirstLine(error.what()));
  }
}

}  // namespace mestr::internal
