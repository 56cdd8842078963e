#include "core/files.h"

#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <system_error>

#include "mestr/core/error.h"

namespace mestr::internal {
namespace fs = std::filesystem;
namespace {

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string_view TakeDigits(std::string_view text, size_t& at) {
  const size_t begin = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::string_view WithoutLeadingZeros(std::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

// The folder and the extension stay, so that a library that chooses a format by extension chooses
// the same one and the rename stays within one file system.
fs::path TemporaryPath(const fs::path& path) {
  fs::path name = ".";
  name += path.stem();
  name += ".part" + std::to_string(::getpid());
  name += path.extension();
  return path.parent_path() / name;
}

}  // namespace

void ThrowCannotWrite(const fs::path& path, const std::string& reason) {
  throw Error(ErrorKind::kConfig, "cannot write " + path.string() + ": " + reason);
}

void WriteFileAtomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) ThrowCannotWrite(path, error.message());
  const fs::path temporary = TemporaryPath(path);
  try {
    write(temporary);
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
  fs::rename(temporary, path, error);
  if (error) {
    const std::string reason = error.message();
    fs::remove(temporary, error);
    ThrowCannotWrite(path, reason);
  }
}

void WriteFileAtomically(const fs::path& path, std::string_view content) {
  WriteFileAtomically(path, [&](const fs::path& temporary) {
    errno = 0;
    std::ofstream out(temporary, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) ThrowCannotWrite(path, std::strerror(errno));
  });
}

bool Exists(const fs::path& path) {
  std::error_code not_there;
  return fs::exists(path, not_there);
}

bool IsFolder(const fs::path& path) {
  std::error_code not_there;
  return fs::is_directory(path, not_there);
}

std::string ReadFile(const fs::path& path) {
  return ReadFile(path, std::numeric_limits<std::uint64_t>::max());
}

std::string ReadFile(const fs::path& path, std::uint64_t most_bytes) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw Error(ErrorKind::kInput, "cannot read " + path.string() + ": it is a folder");
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string content;
  std::array<char, 65536> buffer{};
  while (in) {
    in.read(buffer.data(), buffer.size());
    content.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (content.size() <= most_bytes) continue;
    throw Error(ErrorKind::kInput, "cannot read " + path.string() + ": it has more than " +
                                       MebibytesText(most_bytes) + ", the limit for such a file");
  }
  if (!in.eof()) {
    throw Error(ErrorKind::kInput, "cannot read " + path.string() + ": " + std::strerror(errno));
  }
  return content;
}

std::string MebibytesText(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

bool NaturalLess(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (IsDigit(a[i]) && IsDigit(b[j])) {
      const std::string_view x = WithoutLeadingZeros(TakeDigits(a, i));
      const std::string_view y = WithoutLeadingZeros(TakeDigits(b, j));
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string SafeFileName(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !std::isalnum(byte) && c != '.' && c != '_' && c != '-') c = '_';
  }
  if (name.empty()) return "_";
  if (name.front() == '.') name.front() = '_';
  return name;
}

}  // namespace mestr::internal
