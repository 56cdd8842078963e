#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <streambuf>

#include "cli/command.h"

namespace {

// Standard output that knows, unlike std::cout, why it could not be written: whenever it is flushed
// after that, errno says so.
class StandardOutput : public std::streambuf {
 public:
  StandardOutput() { setp(buffer_.data(), buffer_.data() + buffer_.size()); }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }

  int sync() override {
    for (const char* at = pbase(); reason_ == 0 && at < pptr();) {
      const ssize_t written = ::write(STDOUT_FILENO, at, static_cast<std::size_t>(pptr() - at));
      if (written >= 0) {
        at += written;
      } else if (errno != EINTR) {
        reason_ = errno;
      }
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    errno = reason_;
    return reason_ == 0 ? 0 : -1;
  }

 private:
  std::array<char, 65536> buffer_{};
  int reason_ = 0;
};

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
  StandardOutput buffer;
  std::ostream out(&buffer);
  return mestr::cli::Main(argc, argv, out, std::cerr);
}
