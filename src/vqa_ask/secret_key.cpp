#include "vqa_ask/secret_key.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "core/text.h"
#include "mestr/core/error.h"
#include "vqa_ask/ask_options.h"

namespace mestr::internal {
namespace {

std::optional<unsigned> HexValue(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    constexpr std::string_view kLower = "0123456789abcdef";
    constexpr std::string_view kUpper = "0123456789ABCDEF";
    const std::size_t digit = std::min(kLower.find(c), kUpper.find(c));
    if (digit == std::string_view::npos) return std::nullopt;
    value = 16 * value + static_cast<unsigned>(digit);
  }
  return value;
}

// Bytes at the beginning of `text` that write `c` by `digits` hexadecimal ones after `mark`; 0: not
// so.
std::size_t BytesOfCode(std::string_view text, std::string_view mark, std::size_t digits, char c) {
  if (!text.starts_with(mark) || text.size() < mark.size() + digits) return 0;
  const auto code = HexValue(text.substr(mark.size(), digits));
  return code == static_cast<unsigned char>(c) ? mark.size() + digits : 0;
}

// Bytes at the beginning of `text` that are `c`, as it is or escaped; 0: it does not begin so. A
// text within a text within a text has up to 7 back slashes.
std::size_t BytesOfCharacterAt(std::string_view text, char c) {
  const std::string_view begin = text.substr(0, 7);
  const std::size_t slashes = std::min(begin.find_first_not_of('\\'), begin.size());
  const std::string_view rest = text.substr(slashes);
  if (rest.starts_with(c)) return slashes + 1;
  const std::size_t code =
      std::max(slashes > 0 ? BytesOfCode(rest, "u", 4, c) : 0, BytesOfCode(rest, "%", 2, c));
  return code > 0 ? slashes + code : 0;
}

}  // namespace

SecretKey SecretKey::OfEnvironment() {
  const char* const set = std::getenv(kKeyVariable);
  std::string key(Trimmed(set == nullptr ? "" : set));
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (printable) return SecretKey(std::move(key));
  throw Error(ErrorKind::kConfig,
              std::string(kKeyVariable) + " must be a key without blanks, of ASCII alone");
}

std::size_t SecretKey::BytesOfKeyAt(std::string_view text) const {
  std::size_t at = 0;
  for (const char c : key_) {
    const std::size_t bytes = BytesOfCharacterAt(text.substr(at), c);
    // Back slashes before the next character are skipped: those of the key are like escaping ones.
    if (bytes == 0 && c != '\\') return 0;
    at += bytes;
  }
  return at;
}

std::string SecretKey::HiddenIn(std::string_view text) const {
  std::string hidden;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = BytesOfKeyAt(text.substr(at));
    hidden += bytes > 0 ? "***" : std::string(1, text[at]);
    at += std::max<std::size_t>(1, bytes);
  }
  return hidden;
}

std::string SecretKey::HiddenInAnswer(std::string_view text) const {
  return key_.size() < kLeastSecretCharacters ? std::string(text) : HiddenIn(text);
}

}  // namespace mestr::internal
