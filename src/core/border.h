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

// OpenCV and LibTorch have exceptions of their own for it, with these words.
inline bool IsLackOfMemory(const std::exception& error) {
  const std::string_view text = error.what();
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         text.find("Insufficient memory") != std::string_view::npos ||
         text.find("can't allocate memory") != std::string_view::npos;
}

// Runs `call`. What it throws that is not ours becomes an Error of `kind`, "<who> failed: <its
// first line>"; a lack of memory, whoever tells of it, std::bad_alloc.
template <typename Call>
auto AtBorder(ErrorKind kind, std::string_view who, const Call& call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    if (IsLackOfMemory(error)) throw std::bad_alloc();
    throw Error(kind, std::string(who) + " failed: " + FirstLine(error.what()));
  }
}

}  // namespace mestr::internal
