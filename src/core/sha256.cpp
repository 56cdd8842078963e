#include "core/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "mestr/core/error.h"

namespace mestr::internal {

std::string Sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorKind::kConfig, "OpenSSL refuses to compute SHA-256 on this system");
  }
  return {digest.begin(), digest.begin() + size};
}

std::string Sha256Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : Sha256(bytes)) {
    const auto value = static_cast<unsigned char>(byte);
    hex += kDigits[value >> 4];
    hex += kDigits[value & 15];
  }
  return hex;
}

}  // namespace mestr::internal
