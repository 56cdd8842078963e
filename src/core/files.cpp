#include "core/files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <system_error>

#include "core/hash.h"
#include "core/text.h"
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

// In a file's name on any system. `bytes`: of the character, 0 where it is none of UTF-8.
bool IsSafe(std::string_view character, std::size_t bytes) {
  if (bytes > 1) return Printable(character) == character;
  const char c = character.front();
  const bool is_alnum = bytes == 1 && std::isalnum(static_cast<unsigned char>(c)) != 0;
  return is_alnum || c == '.' || c == '_' || c == '-';
}

}  // namespace

bool Exists(const fs::path& path) {
  std::error_code not_there;
  return fs::exists(path, not_there);
}

bool IsFolder(const fs::path& path) {
  std::error_code not_there;
  return fs::is_directory(path, not_there);
}

std::string InputName(const fs::path& path) {
  const fs::path named = path.has_filename() ? path : path.parent_path();
  return (IsFolder(named) ? named.filename() : named.stem()).string();
}

std::optional<std::uint64_t> FileBytes(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const std::uintmax_t bytes = fs::file_size(path, error);
  return error ? std::nullopt : std::optional<std::uint64_t>(bytes);
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
  std::string name;
  while (!text.empty()) {
    const std::size_t bytes = Utf8CharacterBytes(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(bytes, 1));
    text.remove_prefix(character.size());
    name += IsSafe(character, bytes) ? character : "_";
  }
  if (name.empty()) return "_";
  if (name.front() == '.') name.front() = '_';
  return name;
}

std::string ShortenedFileName(std::string_view name, std::size_t most_bytes) {
  constexpr std::size_t kHashDigits = 12;
  if (name.size() <= most_bytes) return std::string(name);
  const std::string hash = "-" + HashText(name).substr(0, kHashDigits);
  std::size_t end = most_bytes - hash.size();
  while (end > 0 && (name[end] & 0xC0) == 0x80) --end;  // within a character of UTF-8
  return std::string(name.substr(0, end)) + hash;
}

}  // namespace mestr::internal
