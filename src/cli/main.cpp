#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>

#include "cli/command.h"

namespace {

// What no handler sees: an exception while a library that is loaded late sets itself up, or in a
// thread of a library's own. A lack of memory is no bug, and no core is dumped for it.
[[noreturn]] void OnTerminate() noexcept {
  try {
    if (const auto exception = std::current_exception()) std::rethrow_exception(exception);
    std::fputs("mestr: internal error, please report it: std::terminate\n", stderr);
  } catch (const std::bad_alloc&) {
    std::fputs("mestr: out of memory\n", stderr);
    std::_Exit(mestr::cli::kExitUsage);
  } catch (...) {
    std::fputs("mestr: internal error, please report it: an exception that nothing handles\n",
               stderr);
  }
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(OnTerminate);
  return mestr::cli::Main(argc, argv, std::cout, std::cerr);
}
